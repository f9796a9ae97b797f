package dev.vitrine.engine;

import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.plan.StepText;
import dev.vitrine.engine.gen.Level;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The times of a session's runs and steps, gathered run by run, with trials of the peak in between.
 */
final class Measurement implements AutoCloseable {
  private static final int MOST_RUNS = 10_000;

  /** How often the peak is tried: often enough to meet a busy machine at its best. */
  private static final int TRIALS = 40;

  /** In how many groups, spread over the runs. In a group's later trials all threads are awake. */
  private static final int GROUPS = 10;

  private final Session session;
  private final Map<String, Tensor> inputs;
  private final int runs;
  private final Peak peak;
  private final long[] total;
  private final long[][] each;

  /**
   * @param options that the session was made with
   * @param warmUps runs that are done at once and don't count
   * @throws VitrineException for a number of runs that is out of bounds
   */
  Measurement(Session session, Options options, Map<String, Tensor> inputs, int warmUps, int runs) {
    if (runs < 1 || runs > MOST_RUNS || warmUps < 0 || warmUps > MOST_RUNS) {
      throw new VitrineException(
          "there are %d runs and %d to warm up; they go from 1 and 0 to %d"
              .formatted(runs, warmUps, MOST_RUNS));
    }
    this.session = session;
    this.inputs = inputs;
    this.runs = runs;
    total = new long[runs];
    each = new long[session.program().steps().size()][runs];
    for (int i = 0; i < warmUps; i++) {
      session.run(inputs);
    }
    Level level = Binder.best(options);
    peak = level == null ? null : new Peak(level.width(), options.threads());
  }

  /** Does the run of that number. */
  void run(int number) {
    if (peak != null && number % Math.ceilDiv(runs, GROUPS) == 0) {
      for (int i = 0; i < TRIALS / Math.min(runs, GROUPS); i++) {
        peak.measure();
      }
    }
    long start = System.nanoTime();
    session.run(inputs, (step, time) -> each[step][number] = time);
    total[number] = System.nanoTime() - start;
  }

  /** What all runs together show. */
  Benchmark result() {
    Program program = session.program();
    List<Benchmark.Timing> steps = new ArrayList<>();
    for (int i = 0; i < each.length; i++) {
      var step = program.steps().get(i).step();
      double median = Latency.of(each[i]).median();
      steps.add(
          new Benchmark.Timing(
              session.kernels().get(i), StepText.shape(step), step.flops() * 1e-9, median));
    }
    long inSteps = Arrays.stream(each).flatMapToLong(Arrays::stream).sum();
    return new Benchmark(
        Latency.of(total),
        program.flops() * 1e-9,
        peak == null ? OptionalDouble.empty() : OptionalDouble.of(peak.gflops()),
        steps,
        (double) inSteps / Math.max(1, Arrays.stream(total).sum()));
  }

  @Override
  public void close() {
    if (peak != null) {
      peak.close();
    }
  }
}
