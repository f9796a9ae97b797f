package dev.vitrine.features.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.engine.Options;
import dev.vitrine.features.search.TopK.Hit;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SimilarityTest {
  private static Tensor noise(int rows, int length, long seed) {
    Random random = new Random(seed);
    float[] values = new float[rows * length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.f32(Shape.of(rows, length), values);
  }

  private static float[][] products(Tensor rows, Tensor queries, int most, int threads) {
    float[][] out = new float[(int) queries.size(0)][(int) rows.size(0)];
    int length = (int) rows.size(1);
    try (Similarity s =
        new Similarity(length, rows.size(0), most, Options.defaults().threads(threads))) {
      s.run(
          rows,
          queries,
          (q, first, products, count) -> System.arraycopy(products, 0, out[q], first, count));
    }
    return out;
  }

  /** Edges of blocks and of groups of queries; the same bits alone and among others. */
  @Test
  void products() {
    int[][] sizes = {{1, 3, 1}, {16, 8, 1}, {17, 5, 2}, {2100, 511, 3}, {33, 4, 65}, {5, 384, 130}};
    for (int[] s : sizes) {
      Tensor rows = noise(s[0], s[1], 1);
      Tensor queries = noise(s[2], s[1], 2);
      float[][] made = products(rows, queries, s[2], 2);
      for (int q = 0; q < s[2]; q++) {
        for (int r = 0; r < s[0]; r++) {
          double sum = 0;
          for (int k = 0; k < s[1]; k++) {
            sum += rows.real((long) r * s[1] + k) * queries.real((long) q * s[1] + k);
          }
          assertThat((double) made[q][r])
              .as("%s row %d query %d", List.of(s[0], s[1], s[2]), r, q)
              .isCloseTo(sum, within(1e-4 * s[1]));
        }
        Tensor alone = queries.slice((long) q * s[1], Shape.of(1, s[1]));
        assertThat(products(rows, alone, 1, 1)[0]).containsExactly(made[q]);
      }
    }
  }

  @Test
  void anotherLength() {
    try (Similarity s = new Similarity(4, 10, 1, Options.defaults().threads(1))) {
      assertThatThrownBy(() -> s.run(noise(3, 4, 1), noise(1, 5, 1), (_, _, _, _) -> {}))
          .isInstanceOf(VitrineException.class)
          .hasMessageContaining("the queries are f32[1, 5], not vectors of 4 numbers");
    }
  }

  @Test
  void theBestOfMany() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      List<Hit> all = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        all.add(new Hit(i, random.nextInt(20)));
      }
      int k = random.nextInt(1, 120);
      TopK top = new TopK(k);
      List<Hit> mixed = new ArrayList<>(all);
      Collections.shuffle(mixed, random);
      mixed.forEach(h -> top.offer(h.index(), h.score()));
      top.offer(1000, Float.NaN);
      all.sort(null);
      assertThat(top.best()).as("seed %d", seed).isEqualTo(all.subList(0, Math.min(k, 100)));
    }
    assertThat(new TopK(3).best()).isEmpty();
  }
}
