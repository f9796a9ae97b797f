package dev.vitrine.engine;

import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.plan.StepText;
import dev.vitrine.engine.gen.Width;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
  private static final int MOST_RUNS = 10_000;

  /** How often the peak is tried at most: often enough to meet the machine at its best. */
  private static final int TRIALS = 20;

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
    if (runs < 1 || runs > MOST_RUNS || warmUps < 0 || warmUps > MOST_RUNS) {
      throw new VitrineException(
          "there are %d runs and %d to warm up; they go from 1 and 0 to %d"
              .formatted(runs, warmUps, MOST_RUNS));
    }
    Program program = session.program();
    long[] total = new long[runs];
    long[][] each = new long[program.steps().size()][runs];
    Width width = Binder.best(options);
    OptionalDouble peak = OptionalDouble.empty();
    try (Peak trial = width == null ? null : new Peak(width, options.threads())) {
      for (int i = 0; i < warmUps; i++) {
        session.run(inputs);
      }
      int interval = Math.ceilDiv(runs, TRIALS);
      for (int i = 0; i < runs; i++) {
        if (trial != null && i % interval == 0) {
          trial.measure();
        }
        int run = i;
        long start = System.nanoTime();
        session.run(inputs, (step, time) -> each[step][run] = time);
        total[i] = System.nanoTime() - start;
      }
      if (trial != null) {
        peak = OptionalDouble.of(trial.gflops());
      }
    }
    List<Timing> steps = new ArrayList<>();
    for (int i = 0; i < each.length; i++) {
      var step = program.steps().get(i).step();
      double median = Latency.of(each[i]).median();
      steps.add(
          new Timing(session.kernels().get(i), StepText.shape(step), step.flops() * 1e-9, median));
    }
    long inSteps = Arrays.stream(each).flatMapToLong(Arrays::stream).sum();
    double explained = (double) inSteps / Math.max(1, Arrays.stream(total).sum());
    return new Benchmark(Latency.of(total), program.flops() * 1e-9, peak, steps, explained);
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

  /** The most memory that this process has had resident so far, in bytes; empty where the system doesn't say. */
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
