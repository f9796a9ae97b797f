package dev.vitrine.build;

import dev.vitrine.compiler.check.RandomInputs;
import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.compiler.quantize.QuantizedModel;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Session;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import java.util.Locale;
import java.util.Map;

/**
 * Whether integers are faster than floats on this machine: the best of some runs of both, taken in
 * turn.
 *
 * @param integerTime milliseconds of a run on integers
 * @param floatTime milliseconds of a run on floats
 */
record Choice(double integerTime, double floatTime) {
  private static final int RUNS = 5;

  static Choice of(QuantizedModel model, Options options) {
    Graph graph = model.graph();
    Map<String, Tensor> inputs = RandomInputs.of(graph, Map.of(), 1);
    double integers = Double.POSITIVE_INFINITY;
    double floats = Double.POSITIVE_INFINITY;
    try (Session a = Session.of(Planner.plan(graph), options);
        Session b = Session.of(Planner.plan(model.reference()), options)) {
      for (int i = 0; i < RUNS; i++) {
        integers = Math.min(integers, time(a, inputs));
        floats = Math.min(floats, time(b, inputs));
      }
    }
    return new Choice(integers, floats);
  }

  private static double time(Session session, Map<String, Tensor> inputs) {
    long start = System.nanoTime();
    session.run(inputs);
    return (System.nanoTime() - start) / 1e6;
  }

  boolean integers() {
    return integerTime < floatTime;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "int8: %.2f × float here (%.1f ms, %.1f ms): %s",
        floatTime / integerTime,
        integerTime,
        floatTime,
        integers() ? "int8 is taken" : "float is taken");
  }
}
