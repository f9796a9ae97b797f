package dev.vitrine.features.match;

import dev.vitrine.engine.Options;
import dev.vitrine.features.search.Similarity;
import dev.vitrine.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pairs of vectors of two sets, each the nearest of the other's set by the inner product. Of
 * equally near ones the lower index counts. Safe for several threads.
 */
public final class MutualNeighbours implements AutoCloseable {
  private final Similarity similarity;

  /**
   * A pair.
   *
   * @param first index in the first set
   * @param second index in the second set
   * @param product of the two
   */
  public record Pair(int first, int second, float product) {}

  /**
   * @param length of each vector
   * @param vectors about how many a set has
   */
  public MutualNeighbours(int length, int vectors, Options options) {
    similarity = new Similarity(length, vectors, vectors, options);
  }

  /**
   * The pairs, in the order of the first set.
   *
   * @param first f32 {@code [n, length]}, of length 1 where the cosine is meant
   * @param second f32 {@code [m, length]}
   */
  public List<Pair> find(Tensor first, Tensor second) {
    int n = Math.toIntExact(first.size(0));
    int m = Math.toIntExact(second.size(0));
    int[] nearestOfFirst = new int[n];
    int[] nearestOfSecond = new int[m];
    float[] best = new float[n];
    float[] bestOfSecond = new float[m];
    Arrays.fill(best, Float.NEGATIVE_INFINITY);
    Arrays.fill(bestOfSecond, Float.NEGATIVE_INFINITY);
    similarity.run(
        second,
        first,
        (a, from, products, count) -> {
          for (int i = 0; i < count; i++) {
            float p = products[i];
            if (p > best[a]) {
              best[a] = p;
              nearestOfFirst[a] = from + i;
            }
            if (p > bestOfSecond[from + i]) {
              bestOfSecond[from + i] = p;
              nearestOfSecond[from + i] = a;
            }
          }
        });
    List<Pair> pairs = new ArrayList<>();
    for (int a = 0; a < n; a++) {
      int b = nearestOfFirst[a];
      if (nearestOfSecond[b] == a && best[a] > Float.NEGATIVE_INFINITY) {
        pairs.add(new Pair(a, b, best[a]));
      }
    }
    return pairs;
  }

  @Override
  public void close() {
    similarity.close();
  }
}
