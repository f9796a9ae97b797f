package dev.vitrine.engine;

import dev.vitrine.compiler.check.RandomInputs;
import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import java.util.Locale;
import java.util.Map;

/**
 * How much faster than in floats a model is in bytes on this machine: the best of some runs of
 * both, taken in turn.
 *
 * @param bytes milliseconds of a run in bytes
 * @param floats milliseconds of a run in floats
 */
public record Gain(double bytes, double floats) {
  private static final int RUNS = 4;

  /**
   * Times two fused graphs that have the same inputs, all of static shapes.
   *
   * @param bytes the quantized one
   */
  public static Gain of(Graph bytes, Graph floats, Options options) {
    Map<String, Tensor> inputs = RandomInputs.of(bytes, Map.of(), 1);
    double first = Double.POSITIVE_INFINITY;
    double second = Double.POSITIVE_INFINITY;
    try (Session a = Session.of(Planner.plan(bytes), options);
        Session b = Session.of(Planner.plan(floats), options)) {
      for (int i = 0; i < RUNS; i++) {
        first = Math.min(first, time(a, inputs));
        second = Math.min(second, time(b, inputs));
      }
    }
    return new Gain(first, second);
  }

  private static double time(Session session, Map<String, Tensor> inputs) {
    long start = System.nanoTime();
    session.run(inputs);
    return (System.nanoTime() - start) / 1e6;
  }

  /** Whether bytes are faster. */
  public boolean bytesAreFaster() {
    return bytes < floats;
  }

  /** What bytes are, for people: {@code 1.31 × float here}. */
  public String text() {
    return String.format(Locale.ROOT, "%.2f × float here", floats / bytes);
  }
}
