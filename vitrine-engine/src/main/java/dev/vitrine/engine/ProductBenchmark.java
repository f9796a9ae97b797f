package dev.vitrine.engine;

import dev.vitrine.compiler.check.RandomInputs;
import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.graph.op.MatMul;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A product kernel timed.
 *
 * @param benchmark of a session whose one step is the product
 * @param chosen whether sessions use this kernel when nothing else is asked for
 */
public record ProductBenchmark(Benchmark benchmark, boolean chosen) {
  private static final long MOST_FLOATS = 1 << 28;

  /** Of the product alone, without copying inputs and outputs. */
  public Benchmark.Timing time() {
    return benchmark.steps().getFirst();
  }

  /**
   * Times A[M, K] · B[K, N] with a constant B on every tier that this machine has, best first. Runs
   * alternate between the tiers, so that whatever else the machine does meets them all.
   *
   * @throws VitrineException for sizes below 1 or too large
   */
  public static List<ProductBenchmark> ofAll(
      int m, int k, int n, int threads, int warmUps, int runs) {
    if (Math.min(m, Math.min(k, n)) < 1
        || Math.max((long) m * k, Math.max((long) k * n, (long) m * n)) > MOST_FLOATS) {
      throw new VitrineException(
          "a product of %d,%d,%d can't be timed; sizes go from 1 up, matrices to %d numbers"
              .formatted(m, k, n, MOST_FLOATS));
    }
    SplittableRandom random = new SplittableRandom(0);
    Graph graph = new Graph();
    Value a = graph.input("a", matrix(m, k));
    Value b = graph.constant("b", RandomInputs.tensor(matrix(k, n), random));
    graph.output("c", graph.add(new MatMul(), a, b));
    Program program = Planner.plan(graph);
    Map<String, Tensor> inputs = Map.of("a", RandomInputs.tensor(matrix(m, k), random));
    Options auto = Options.defaults().threads(threads);
    List<Session> sessions = new ArrayList<>();
    List<Measurement> measurements = new ArrayList<>();
    try {
      for (Tier tier : Binder.available()) {
        Options options = auto.tier(tier);
        sessions.add(Session.of(program, options));
        measurements.add(new Measurement(sessions.getLast(), options, inputs, warmUps, runs));
      }
      for (int i = 0; i < runs; i++) {
        for (Measurement one : measurements) {
          one.run(i);
        }
      }
      List<Tier> tiers = Binder.available();
      List<ProductBenchmark> out = new ArrayList<>();
      for (int i = 0; i < tiers.size(); i++) {
        boolean chosen = tiers.get(i).text().equals(auto.tierHere());
        out.add(new ProductBenchmark(measurements.get(i).result(), chosen));
      }
      return out;
    } finally {
      measurements.forEach(Measurement::close);
      sessions.forEach(Session::close);
    }
  }

  private static TensorType matrix(int rows, int columns) {
    return new TensorType(DType.F32, Shape.of(rows, columns));
  }
}
