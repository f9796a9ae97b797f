package dev.vitrine.vision.pca;

import java.util.List;
import java.util.stream.IntStream;

/** The few products of dense row-major matrices that PCA needs, in double. */
final class Matrices {
  /** Rows that are added up together, so that a sum is loaded and stored less often. */
  private static final int UNROLL = 4;

  /** Columns that lie side by side in memory, so that a tile of sums walks it in order. */
  private static final int PANEL = 4;

  private Matrices() {}

  /** The columns' means of {@code rows × d} numbers. Sums run over the rows in order. */
  static double[] means(float[] a, int d) {
    double[] out = new double[d];
    for (int r = 0; r < a.length; r += d) {
      for (int j = 0; j < d; j++) {
        out[j] += a[r + j];
      }
    }
    int n = a.length / d;
    for (int j = 0; j < d; j++) {
      out[j] /= n;
    }
    return out;
  }

  /**
   * bᵀ·b for b, which is {@code rows × d} numbers less their columns' {@code shift}: symmetric, d ×
   * d. Sums run over the rows in order.
   */
  static double[] gram(float[] a, double[] shift, int d) {
    int n = a.length / d;
    int panels = Math.ceilDiv(d, PANEL);
    double[] b = new double[Math.multiplyExact(panels * PANEL, n)];
    IntStream.range(0, panels).parallel().forEach(p -> panel(a, shift, d, p * PANEL, b));
    double[] out = new double[Math.multiplyExact(d, d)];
    // One of the first, which have many tiles, with one of the last, which have few.
    IntStream.range(0, Math.ceilDiv(panels, 2))
        .parallel()
        .forEach(
            p -> {
              tiles(b, n, p, panels, d, out);
              if (p != panels - 1 - p) {
                tiles(b, n, panels - 1 - p, panels, d, out);
              }
            });
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < i; j++) {
        out[i * d + j] = out[j * d + i];
      }
    }
    return out;
  }

  /** Writes columns of a from {@code first} on, less their shift, as a panel of b. */
  private static void panel(float[] a, double[] shift, int d, int first, double[] b) {
    int at = first * (a.length / d);
    int columns = Math.min(PANEL, d - first);
    for (int r = first; r < a.length; r += d, at += PANEL) {
      for (int j = 0; j < columns; j++) {
        b[at + j] = a[r + j] - shift[first + j];
      }
    }
  }

  /** The sums of a panel's columns with its own and those of all later panels. */
  private static void tiles(double[] b, int n, int panel, int panels, int d, double[] out) {
    double[] sums = new double[PANEL * PANEL];
    for (int other = panel; other < panels; other++) {
      tile(b, panel * PANEL * n, other * PANEL * n, n, sums, 0);
      tile(b, panel * PANEL * n, other * PANEL * n + 2, n, sums, 2);
      for (int i = 0; i < Math.min(PANEL, d - panel * PANEL); i++) {
        int columns = Math.min(PANEL, d - other * PANEL);
        int to = (panel * PANEL + i) * d + other * PANEL;
        System.arraycopy(sums, i * PANEL, out, to, columns);
      }
    }
  }

  /** The sums of a panel's four columns at {@code i} with two columns of a panel at {@code j}. */
  private static void tile(double[] b, int i, int j, int n, double[] sums, int to) {
    double s00 = 0;
    double s01 = 0;
    double s10 = 0;
    double s11 = 0;
    double s20 = 0;
    double s21 = 0;
    double s30 = 0;
    double s31 = 0;
    for (int end = i + PANEL * n; i < end; i += PANEL, j += PANEL) {
      double y0 = b[j];
      double y1 = b[j + 1];
      s00 += b[i] * y0;
      s01 += b[i] * y1;
      s10 += b[i + 1] * y0;
      s11 += b[i + 1] * y1;
      s20 += b[i + 2] * y0;
      s21 += b[i + 2] * y1;
      s30 += b[i + 3] * y0;
      s31 += b[i + 3] * y1;
    }
    sums[to] = s00;
    sums[to + 1] = s01;
    sums[to + PANEL] = s10;
    sums[to + PANEL + 1] = s11;
    sums[to + 2 * PANEL] = s20;
    sums[to + 2 * PANEL + 1] = s21;
    sums[to + 3 * PANEL] = s30;
    sums[to + 3 * PANEL + 1] = s31;
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
