package dev.vitrine.features.match;

import dev.vitrine.engine.EngineExecutor;
import dev.vitrine.engine.Options;
import dev.vitrine.features.embed.Vectors;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.vision.resize.FloatMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds the pairs of patches each of which is the other's most like one.
 *
 * @param refine look for the place of the best cosine between patches, along each axis at the top
 *     of the parabola through it and its neighbours
 */
public record PatchMatcher(boolean refine, Options options) {
  private static final long MOST_PAIRS = 1L << 28;

  /**
   * The pairs, in the order of the first picture's patches. Of equally like patches the first
   * counts.
   *
   * @throws VitrineException when the features don't fit, aren't finite, or are too many
   */
  public List<Correspondence> match(FloatMap a, FloatMap b) {
    if (a.channels() != b.channels()) {
      throw new VitrineException(
          "patches of " + a.channels() + " and " + b.channels() + " features can't be compared");
    }
    if ((long) a.cells() * b.cells() > MOST_PAIRS) {
      throw new VitrineException(
          "%d and %d patches are too many to compare; use a smaller -g"
              .formatted(a.cells(), b.cells()));
    }
    float[] cosines = cosines(a, b);
    int[] there = best(cosines, a.cells(), b.cells(), b.cells(), 1);
    int[] back = best(cosines, b.cells(), a.cells(), 1, b.cells());
    Refinement refinement = new Refinement(cosines, a, b);
    List<Correspondence> out = new ArrayList<>();
    for (int i = 0; i < there.length; i++) {
      int j = there[i];
      if (back[j] == i) {
        int row = i / a.width();
        int column = i % a.width();
        Refinement.Place place =
            refine
                ? refinement.refine(row, column, j / b.width(), j % b.width())
                : new Refinement.Place(j / b.width(), j % b.width());
        float cosine = cosines[i * b.cells() + j];
        out.add(new Correspondence(row, column, place.row(), place.column(), cosine));
      }
    }
    return out;
  }

  /** For each of {@code n} things the index of the largest of {@code m} values. */
  private static int[] best(float[] values, int n, int m, int step, int stride) {
    int[] best = new int[n];
    for (int i = 0; i < n; i++) {
      for (int j = 1; j < m; j++) {
        if (values[i * step + j * stride] > values[i * step + best[i] * stride]) {
          best[i] = j;
        }
      }
    }
    return best;
  }

  private float[] cosines(FloatMap a, FloatMap b) {
    float[] rows = unit(a);
    float[] others = unit(b);
    int d = a.channels();
    float[] columns = new float[others.length];
    for (int j = 0; j < b.cells(); j++) {
      for (int k = 0; k < d; k++) {
        columns[k * b.cells() + j] = others[j * d + k];
      }
    }
    Tensor left = Tensor.f32(Shape.of(a.cells(), d), rows);
    Tensor right = Tensor.f32(Shape.of(d, b.cells()), columns);
    Graph graph = new Graph();
    graph.output(
        "cosines",
        graph.add(new MatMul(), graph.input("a", left.type()), graph.input("b", right.type())));
    return new EngineExecutor(options)
        .run(graph, Map.of("a", left, "b", right))
        .get("cosines")
        .toFloats();
  }

  private static float[] unit(FloatMap map) {
    if (!Vectors.isFinite(map.values())) {
      throw new VitrineException("the patches' features are not finite; check the model");
    }
    return Vectors.normalise(map.values().clone(), map.channels());
  }
}
