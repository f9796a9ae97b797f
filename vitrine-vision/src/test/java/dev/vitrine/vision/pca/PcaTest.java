package dev.vitrine.vision.pca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.GraphException;
import dev.vitrine.vision.TestData;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PcaTest {
  private static final Offset<Double> EXACT = within(1e-9);

  /** Points along two known axes: covariance 32/3 along (3, 4)/5, 2/3 along (4, −3)/5. */
  @Test
  void knownAxes() {
    float[] points = new float[8];
    double[][] steps = {{4, 0}, {-4, 0}, {0, 1}, {0, -1}};
    for (int i = 0; i < 4; i++) {
      points[2 * i] = (float) (10 + (3 * steps[i][0] + 4 * steps[i][1]) / 5);
      points[2 * i + 1] = (float) (-7 + (4 * steps[i][0] - 3 * steps[i][1]) / 5);
    }
    Pca pca = Pca.fit(points, 2, 2);
    assertThat(pca.mean()).containsExactly(new double[] {10, -7}, within(1e-6));
    assertThat(pca.variances()).containsExactly(new double[] {32 / 3.0, 2 / 3.0}, within(1e-6));
    assertThat(pca.directions()[0]).containsExactly(new double[] {0.6, 0.8}, within(1e-6));
    assertThat(pca.directions()[1]).containsExactly(new double[] {0.8, -0.6}, within(1e-6));
    assertThat(pca.project(points))
        .containsExactly(new float[] {4, 0, -4, 0, 0, 1, 0, -1}, within(1e-5f));
  }

  /** Against NumPy's singular values of real features. */
  @Test
  void features() {
    float[] x =
        Npy.read(TestData.path("testdata/dinov2_vits14/chelsea/patch.224x224.npy")).toFloats();
    Pca pca = Pca.fit(x, 384, 3);
    assertThat(pca.variances())
        .containsExactly(
            new double[] {660.8035223130851, 143.6439176780886, 81.20333809179873}, EXACT);
    double[][] first = {
      {-0.0026901603870900237, -0.014034880443886233, 0.013810660097934666},
      {-0.04542040781835474, -0.0791023805497697, 0.005633956917330152},
      {-0.03891533799889481, 0.10133122876503553, 0.053009380224395136}
    };
    for (int c = 0; c < 3; c++) {
      double[] loadings = Arrays.copyOf(pca.directions()[c], 3);
      assertThat(loadings).as("component " + c).containsExactly(first[c], EXACT);
    }
  }

  @Test
  void eigenpairsOfRandomMatrices() {
    for (int d : new int[] {1, 2, 3, 5, 16, 17, 60}) {
      Random random = new Random(d);
      float[] a = new float[3 * d * d];
      for (int i = 0; i < a.length; i++) {
        a[i] = (float) random.nextGaussian();
      }
      double[] m = Matrices.gram(a, new double[d], d);
      SymmetricEigen all = SymmetricEigen.jacobi(m.clone(), d);
      int k = Math.min(3, d);
      SymmetricEigen some = SymmetricEigen.largest(m, d, k);
      for (int c = 0; c < k; c++) {
        String name = "d " + d + " component " + c;
        assertThat(some.values()[c])
            .as(name)
            .isCloseTo(all.values()[c], within(1e-10 * all.values()[0]));
        double[] av = Matrices.times(some.vectors()[c], m, d);
        for (int i = 0; i < d; i++) {
          assertThat(av[i])
              .as(name)
              .isCloseTo(some.values()[c] * some.vectors()[c][i], within(1e-9 * all.values()[0]));
        }
        for (int b = 0; b < k; b++) {
          assertThat(Matrices.dot(some.vectors()[b], some.vectors()[c]))
              .as(name)
              .isCloseTo(b == c ? 1 : 0, EXACT);
        }
      }
    }
  }

  @Test
  void gramIsTheSumOfProducts() {
    Random random = new Random(4);
    for (int d : new int[] {1, 4, 5, 7, 8, 18}) {
      for (int rows : new int[] {1, 3, 7}) {
        float[] a = new float[rows * d];
        for (int i = 0; i < a.length; i++) {
          a[i] = random.nextFloat() - 0.5f;
        }
        double[] shift = random.doubles(d, -1, 1).toArray();
        double[] gram = Matrices.gram(a, shift, d);
        double[] plain = Matrices.gram(a, shift, d, false);
        for (int i = 0; i < d * d; i++) {
          double sum = 0;
          for (int r = 0; r < rows; r++) {
            sum += (a[r * d + i / d] - shift[i / d]) * (a[r * d + i % d] - shift[i % d]);
          }
          String name = rows + " rows of " + d + ", " + i;
          assertThat(gram[i]).as(name).isCloseTo(sum, EXACT);
          assertThat(plain[i]).as(name).isCloseTo(sum, EXACT);
        }
      }
    }
  }

  /**
   * Equal variances in all directions: any basis is right, but it must be one, and always the same.
   */
  @Test
  void equalVariances() {
    float[] points = new float[40 * 20];
    for (int i = 0; i < 20; i++) {
      points[2 * i * 20 + i] = 1;
      points[(2 * i + 1) * 20 + i] = -1;
    }
    Pca pca = Pca.fit(points, 20, 3);
    for (double variance : pca.variances()) {
      assertThat(variance).isCloseTo(2 / 39.0, EXACT);
    }
    assertThat(Pca.fit(points, 20, 3).directions()).isDeepEqualTo(pca.directions());
  }

  @Test
  void degenerate() {
    assertThat(Pca.fit(new float[] {1, 2, 3, 4}, 4, 3).variances()).containsExactly(0, 0, 0);
    float[] line = {0, 0, 0, 1, 1, 1, 2, 2, 2};
    Pca pca = Pca.fit(line, 3, 3);
    assertThat(pca.variances()[0]).isCloseTo(3, EXACT);
    assertThat(pca.variances()[1]).isCloseTo(0, EXACT);
    assertThatThrownBy(() -> Pca.fit(line, 3, 4)).isInstanceOf(GraphException.class);
    assertThatThrownBy(() -> Pca.fit(new float[0], 3, 1)).isInstanceOf(GraphException.class);
  }

  @Test
  void theLargestLoadingIsPositive() {
    Random random = new Random(8);
    float[] points = new float[300];
    for (int i = 0; i < points.length; i++) {
      points[i] = random.nextFloat() - 0.5f;
    }
    for (double[] direction : Pca.fit(points, 10, 5).directions()) {
      double largest = Arrays.stream(direction).map(Math::abs).max().orElseThrow();
      assertThat(Arrays.stream(direction).max().orElseThrow()).isEqualTo(largest);
    }
  }
}
