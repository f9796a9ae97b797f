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
 * @param time of the product alone; its detail are the shapes
 * @param benchmark that it is from
 * @param chosen whether sessions use this kernel when nothing else is asked for
 */
public record ProductBenchmark(Benchmark.Timing time, Benchmark benchmark, boolean chosen) {
  private static final long MOST_FLOATS = 1 << 28;

  /**
   * Times A[M, K] · B[K, N] with a constant B on every tier that this machine has, best first.
   *
   * @throws VitrineException for sizes below 1 or too large
   */
  public static List<ProductBenchmark> ofAll(int m, int k, int n, int threads, int warmUps, int runs) {
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
    List<ProductBenchmark> out = new ArrayList<>();
    for (Tier tier : Binder.available()) {
      Options options = auto.tier(tier);
      try (Session session = Session.of(program, options)) {
        Benchmark benchmark = Benchmark.of(session, options, inputs, warmUps, runs);
        boolean chosen = tier.text().equals(auto.tierHere());
        out.add(new ProductBenchmark(benchmark.steps().getFirst(), benchmark, chosen));
      }
    }
    return out;
  }

  private static TensorType matrix(int rows, int columns) {
    return new TensorType(DType.F32, Shape.of(rows, columns));
  }
}
