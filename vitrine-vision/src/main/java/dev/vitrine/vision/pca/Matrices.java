package dev.vitrine.vision.pca;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The few products of dense row-major matrices that PCA needs, in double. */
final class Matrices {
  /** Rows that are added up together, so that a sum is loaded and stored less often. */
  private static final int UNROLL = 4;

  private Matrices() {}

  /** aᵀ·a for {@code rows × d} numbers: symmetric, d × d. Sums run over the rows in order. */
  static double[] gram(double[] a, int d) {
    int rows = a.length / d;
    double[] out = new double[d * d];
    IntStream.range(0, d)
        .parallel()
        .forEach(
            i -> {
              double[] sums = new double[d];
              double[] w = new double[UNROLL];
              for (int r = 0; r < rows; r += UNROLL) {
                int n = Math.min(UNROLL, rows - r);
                Arrays.fill(w, 0);
                for (int k = 0; k < n; k++) {
                  w[k] = a[(r + k) * d + i];
                }
                add(sums, w, a, r, n, d, i);
              }
              System.arraycopy(sums, i, out, i * d + i, d - i);
            });
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < i; j++) {
        out[i * d + j] = out[j * d + i];
      }
    }
    return out;
  }

  /** v·a for a symmetric d × d matrix and the rows of {@code v}. */
  static double[][] times(double[][] v, double[] a, int d) {
    double[][] out = new double[v.length][d];
    IntStream.range(0, v.length)
        .parallel()
        .forEach(
            c -> {
              double[] w = new double[UNROLL];
              for (int j = 0; j < d; j += UNROLL) {
                int n = Math.min(UNROLL, d - j);
                Arrays.fill(w, 0);
                System.arraycopy(v[c], j, w, 0, n);
                add(out[c], w, a, j, n, d, 0);
              }
            });
    return out;
  }

  /** Adds {@code n} rows of {@code a} times their weights to the sums, from column {@code from} on. */
  private static void add(double[] sums, double[] w, double[] a, int row, int n, int d, int from) {
    int r0 = row * d;
    int r1 = n > 1 ? r0 + d : r0;
    int r2 = n > 2 ? r1 + d : r0;
    int r3 = n > 3 ? r2 + d : r0;
    double w0 = w[0];
    double w1 = w[1];
    double w2 = w[2];
    double w3 = w[3];
    for (int j = from; j < d; j++) {
      sums[j] += w0 * a[r0 + j] + w1 * a[r1 + j] + w2 * a[r2 + j] + w3 * a[r3 + j];
    }
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Makes the rows orthonormal, first to last; a row that depends on others is replaced by chance. */
  static void orthonormalise(double[][] v) {
    SplittableRandom random = new SplittableRandom(v.length);
    for (int i = 0; i < v.length; i++) {
      double before = Math.sqrt(dot(v[i], v[i]));
      double norm = 0;
      for (int attempt = 0; attempt < 8; attempt++) {
        norm = reduce(v, i);
        if (norm > 1e-10 * before && norm > 0) {
          break;
        }
        for (int j = 0; j < v[i].length; j++) {
          v[i][j] = random.nextDouble() - 0.5;
        }
        before = Math.sqrt(dot(v[i], v[i]));
      }
      for (int j = 0; j < v[i].length; j++) {
        v[i][j] /= norm;
      }
    }
  }

  /** Takes the parts along the earlier rows out of row i, twice for full precision; its norm. */
  private static double reduce(double[][] v, int i) {
    for (int pass = 0; pass < 2; pass++) {
      for (int k = 0; k < i; k++) {
        double along = dot(v[i], v[k]);
        for (int j = 0; j < v[i].length; j++) {
          v[i][j] -= along * v[k][j];
        }
      }
    }
    return Math.sqrt(dot(v[i], v[i]));
  }
}
