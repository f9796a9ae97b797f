package dev.vitrine.features.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.engine.Options;
import dev.vitrine.features.match.MutualNeighbours.Pair;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MutualNeighboursTest {
  /** Small whole numbers, so that all products are exact and many are equal. */
  private static Tensor whole(int rows, int length, Random random) {
    float[] values = new float[rows * length];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(-3, 4);
    }
    return Tensor.f32(Shape.of(rows, length), values);
  }

  private static int product(Tensor a, int i, Tensor b, int j) {
    int sum = 0;
    for (int k = 0; k < a.size(1); k++) {
      sum += (int) (a.real(i * a.size(1) + k) * b.real(j * b.size(1) + k));
    }
    return sum;
  }

  private static int nearest(Tensor of, int i, Tensor among) {
    int best = 0;
    for (int j = 1; j < among.size(0); j++) {
      if (product(of, i, among, j) > product(of, i, among, best)) {
        best = j;
      }
    }
    return best;
  }

  @Test
  void asByTryingAll() {
    for (long seed = 0; seed < 6; seed++) {
      Random random = new Random(seed);
      Tensor a = whole(random.nextInt(1, 150), 4, random);
      Tensor b = whole(random.nextInt(1, 150), 4, random);
      List<Pair> expected = new ArrayList<>();
      for (int i = 0; i < a.size(0); i++) {
        int j = nearest(a, i, b);
        if (nearest(b, j, a) == i) {
          expected.add(new Pair(i, j, product(a, i, b, j)));
        }
      }
      try (MutualNeighbours found =
          new MutualNeighbours(4, (int) a.size(0), Options.defaults().threads(2))) {
        assertThat(found.find(a, b)).as("seed %d", seed).isEqualTo(expected);
      }
    }
  }
}
