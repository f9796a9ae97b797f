package dev.vitrine.engine;

import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What timing a session has shown. A rate is the work by the median time.
 *
 * @param latency of a run, from inputs to fresh outputs
 * @param gflop billions of floating-point operations of a run; a multiply-add counts two
 * @param peak GFLOP/s that the session's threads reach on registers alone with the vectors of its
 *     tier, the best of short trials between the runs; empty on tiers without machine code
 * @param steps in the program's order
 * @param explained the share of all runs' time that their steps took
 */
public record Benchmark(
    Latency latency, double gflop, OptionalDouble peak, List<Timing> steps, double explained) {
  /**
   * What a step took.
   *
   * @param kernel its name
   * @param detail the step's shape, or how many steps this sums up
   * @param milliseconds the median
   */
  public record Timing(String kernel, String detail, double gflop, double milliseconds) {
    /** GFLOP/s. */
    public double rate() {
      return rate(gflop, milliseconds);
    }

    static double rate(double gflop, double milliseconds) {
      return milliseconds == 0 ? 0 : gflop / milliseconds * 1e3;
    }
  }

  public Benchmark {
    steps = List.copyOf(steps);
  }

  /**
   * Times a session, which nothing else should use meanwhile.
   *
   * @param options that the session was made with
   * @param warmUps runs that don't count
   * @param runs that count
   * @throws VitrineException for a number of runs that is out of bounds
   */
  public static Benchmark of(
      Session session, Options options, Map<String, Tensor> inputs, int warmUps, int runs) {
    try (Measurement m = new Measurement(session, options, inputs, warmUps, runs)) {
      for (int i = 0; i < runs; i++) {
        m.run(i);
      }
      return m.result();
    }
  }

  /** GFLOP/s. */
  public double rate() {
    return Timing.rate(gflop, latency.median());
  }

  /** A rate as a share of the peak. */
  public OptionalDouble share(double rate) {
    return peak.isEmpty() ? peak : OptionalDouble.of(rate / peak.getAsDouble());
  }

  /** The steps of each kernel summed up, those that take most first. */
  public List<Timing> byKernel() {
    Map<String, List<Timing>> groups = new LinkedHashMap<>();
    steps.forEach(s -> groups.computeIfAbsent(s.kernel(), _ -> new ArrayList<>()).add(s));
    List<Timing> out = new ArrayList<>();
    groups.forEach(
        (kernel, all) ->
            out.add(
                new Timing(
                    kernel,
                    "×" + all.size(),
                    all.stream().mapToDouble(Timing::gflop).sum(),
                    all.stream().mapToDouble(Timing::milliseconds).sum())));
    out.sort(Comparator.comparingDouble(t -> -t.milliseconds()));
    return out;
  }

  /**
   * The most memory that this process has had resident so far, in bytes; empty where the system
   * doesn't say.
   */
  public static OptionalLong peakMemory() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
