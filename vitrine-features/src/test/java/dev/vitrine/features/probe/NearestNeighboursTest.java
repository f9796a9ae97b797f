package dev.vitrine.features.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNeighboursTest {
  private static final List<String> CLASSES = List.of("right", "up");

  private static Examples examples(int[] labels, float... values) {
    return new Examples(values, 2, labels, CLASSES);
  }

  @Test
  void nearVotesWeighMore() {
    // Two neighbours a little off say up, one at hand says right.
    Examples known = examples(new int[] {0, 1, 1}, 5, 0, 1, 1, 1, 1.1f);
    Examples asked = examples(new int[] {0}, 0.1f, 0.001f);
    assertThat(new NearestNeighbours(known, 3, 0.07).test(asked).top1()).isEqualTo(1);
    assertThat(new NearestNeighbours(known, 3, 1e6).test(asked).top1()).isZero();
    assertThat(new NearestNeighbours(known, 1, 1e6).test(asked).top1()).isEqualTo(1);
  }

  @Test
  void lengthPlaysNoPart() {
    Examples known = examples(new int[] {0, 1}, 1000, 1, 0.001f, 0.002f);
    Examples asked = examples(new int[] {0, 1}, 0.01f, 0.001f, 900, 1000);
    assertThat(new NearestNeighbours(known, 1, 0.07).test(asked).top1()).isEqualTo(1);
  }

  @Test
  void ofEquallyNearOnesTheEarlierCounts() {
    Examples known = examples(new int[] {1, 0, 0}, 1, 0, 2, 0, 3, 0);
    Examples asked = examples(new int[] {1}, 1, 0);
    assertThat(new NearestNeighbours(known, 1, 0.07).test(asked).top1()).isEqualTo(1);
    assertThat(new NearestNeighbours(known, 3, 0.07).test(asked).top1()).isZero();
  }

  @Test
  void manyAgreeWithSortingAll() {
    Examples known = LogisticRegressionTest.clouds(5, 300, 7, 5, 1);
    Examples asked = LogisticRegressionTest.clouds(6, 270, 7, 5, 1);
    var hits = new NearestNeighbours(known, 20, 0.07).test(asked);
    long right = 0;
    for (int i = 0; i < asked.count(); i++) {
      int at = i * 7;
      double[] votes = new double[5];
      java.util.stream.IntStream.range(0, 300)
          .boxed()
          .sorted(java.util.Comparator.comparingDouble(e -> -cosine(asked, at, known, e * 7)))
          .limit(20)
          .forEach(
              e -> votes[known.labels()[e]] += Math.exp(cosine(asked, at, known, e * 7) / 0.07));
      int best = 0;
      for (int c = 1; c < 5; c++) {
        best = votes[c] > votes[best] ? c : best;
      }
      right += best == asked.labels()[i] ? 1 : 0;
    }
    assertThat(hits.top1()).isEqualTo(right / 270.0);
  }

  private static double cosine(Examples a, int i, Examples b, int j) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int k = 0; k < a.width(); k++) {
      ab += (double) a.values()[i + k] * b.values()[j + k];
      aa += (double) a.values()[i + k] * a.values()[i + k];
      bb += (double) b.values()[j + k] * b.values()[j + k];
    }
    return ab / Math.sqrt(aa * bb);
  }

  @Test
  void faults() {
    Examples known = examples(new int[] {0, 1}, 1, 0, 0, 1);
    assertThatThrownBy(() -> new NearestNeighbours(known, 0, 1)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> new NearestNeighbours(known, 1, 0)).hasMessageContaining("above 0");
    Examples wide = new Examples(new float[3], 3, new int[1], CLASSES);
    assertThatThrownBy(() -> new NearestNeighbours(known, 1, 1).test(wide))
        .hasMessageContaining("have 2 features, not 3");
  }
}
