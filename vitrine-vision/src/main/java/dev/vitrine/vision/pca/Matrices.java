package dev.vitrine.vision.pca;

import java.util.List;
import java.util.stream.IntStream;

/** The few products of dense row-major matrices that PCA needs, in double. */
final class Matrices {
  /** Rows that are added up together, so that a sum is loaded and stored less often. */
  private static final int UNROLL = 4;

  /** Rows of sums that stay in the nearest cache while all rows of the factor pass by. */
  private static final int BLOCK = 8;

  private Matrices() {}

  /** aᵀ·a for {@code rows × d} numbers: symmetric, d × d. Sums run over the rows in order. */
  static double[] gram(double[] a, int d) {
    double[] out = new double[Math.multiplyExact(d, d)];
    IntStream.range(0, (d + BLOCK - 1) / BLOCK)
        .parallel()
        .forEach(block -> gramBlock(a, d, block * BLOCK, Math.min(d, (block + 1) * BLOCK), out));
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < i; j++) {
        out[i * d + j] = out[j * d + i];
      }
    }
    return out;
  }

  /** Rows {@code top} to {@code bottom} of aᵀ·a, from column {@code top} on. */
  private static void gramBlock(double[] a, int d, int top, int bottom, double[] out) {
    int end = a.length - a.length % (UNROLL * d);
    for (int r = 0; r < end; r += UNROLL * d) {
      for (int i = top; i < bottom; i++) {
        double w0 = a[r + i];
        double w1 = a[r + d + i];
        double w2 = a[r + 2 * d + i];
        double w3 = a[r + 3 * d + i];
        add(out, i * d + top, d - top, a, r + top, d, w0, w1, w2, w3);
      }
    }
    for (int r = end; r < a.length; r += d) {
      for (int i = top; i < bottom; i++) {
        add(out, i * d + top, d - top, a, r + top, 0, a[r + i], 0, 0, 0);
      }
    }
  }

  /** v·a for a symmetric d × d matrix. */
  static double[] times(double[] v, double[] a, int d) {
    double[] out = new double[d];
    int end = d - d % UNROLL;
    for (int j = 0; j < end; j += UNROLL) {
      add(out, 0, d, a, j * d, d, v[j], v[j + 1], v[j + 2], v[j + 3]);
    }
    for (int j = end; j < d; j++) {
      add(out, 0, d, a, j * d, 0, v[j], 0, 0, 0);
    }
    return out;
  }

  /** Adds four rows of {@code a}, {@code step} apart, times their weights to {@code n} sums. */
  private static void add(
      double[] sums,
      int at,
      int n,
      double[] a,
      int row,
      int step,
      double w0,
      double w1,
      double w2,
      double w3) {
    for (int j = 0; j < n; j++) {
      int k = row + j;
      sums[at + j] += w0 * a[k] + w1 * a[k + step] + w2 * a[k + 2 * step] + w3 * a[k + 3 * step];
    }
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /**
   * Makes a vector orthogonal to orthonormal ones and of length 1.
   *
   * @return false when it is a combination of them; then it is of no use
   */
  static boolean orthonormalise(double[] v, List<double[]> others) {
    double before = Math.sqrt(dot(v, v));
    // Once is not enough: what rounding leaves along the others is taken out by the second pass.
    for (int pass = 0; pass < 2; pass++) {
      for (double[] other : others) {
        double along = dot(v, other);
        for (int j = 0; j < v.length; j++) {
          v[j] -= along * other[j];
        }
      }
    }
    double norm = Math.sqrt(dot(v, v));
    if (!(norm > 1e-12 * before)) {
      return false;
    }
    for (int j = 0; j < v.length; j++) {
      v[j] /= norm;
    }
    return true;
  }
}
