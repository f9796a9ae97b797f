package dev.vitrine.engine.portable;

import static dev.vitrine.engine.portable.Fma.fma;

/** The inner loops of all products. */
final class Multiply {
  /** Rows and depths are processed in groups of this many; callers pad with zeros. */
  static final int GROUP = 4;

  /** Floats of the right-hand matrix that stay in the nearest cache. */
  private static final int NEAR = 6 * 1024;

  private Multiply() {}

  static int padded(int n) {
    return Math.addExact(n, GROUP - 1) & -GROUP;
  }

  /**
   * c[i][j] += Σₖ a[i·rowStride + k·depthStride] · b[k][j], summed in the order of k.
   *
   * @param rows a multiple of {@link #GROUP}
   * @param depth a multiple of {@link #GROUP}
   * @param n columns
   */
  static void add(
      float[][] c,
      int rows,
      float[] a,
      int rowStride,
      int depthStride,
      float[][] b,
      int depth,
      int n) {
    add(c, rows, a, rowStride, depthStride, b, 0, depth, n);
  }

  /** The same with k from {@code start} to {@code end}, multiples of {@link #GROUP}. */
  static void add(
      float[][] c,
      int rows,
      float[] a,
      int rowStride,
      int depthStride,
      float[][] b,
      int start,
      int end,
      int n) {
    int block = Math.max(GROUP, NEAR / Math.max(1, n) & -GROUP);
    for (int from = start; from < end; from += block) {
      int to = Math.min(end, from + block);
      for (int i = 0; i < rows; i += GROUP) {
        for (int k = from; k < to; k += GROUP) {
          group(
              c[i],
              c[i + 1],
              c[i + 2],
              c[i + 3],
              a,
              i * rowStride + k * depthStride,
              rowStride,
              depthStride,
              b[k],
              b[k + 1],
              b[k + 2],
              b[k + 3],
              n);
        }
      }
    }
  }

  /** Four rows of c by four rows of b. */
  private static void group(
      float[] c0,
      float[] c1,
      float[] c2,
      float[] c3,
      float[] a,
      int at,
      int rowStride,
      int depthStride,
      float[] b0,
      float[] b1,
      float[] b2,
      float[] b3,
      int n) {
    int p = at;
    float a00 = a[p];
    float a01 = a[p + depthStride];
    float a02 = a[p + 2 * depthStride];
    float a03 = a[p + 3 * depthStride];
    p += rowStride;
    float a10 = a[p];
    float a11 = a[p + depthStride];
    float a12 = a[p + 2 * depthStride];
    float a13 = a[p + 3 * depthStride];
    p += rowStride;
    float a20 = a[p];
    float a21 = a[p + depthStride];
    float a22 = a[p + 2 * depthStride];
    float a23 = a[p + 3 * depthStride];
    p += rowStride;
    float a30 = a[p];
    float a31 = a[p + depthStride];
    float a32 = a[p + 2 * depthStride];
    float a33 = a[p + 3 * depthStride];
    for (int j = 0; j < n; j++) {
      float x0 = b0[j];
      float x1 = b1[j];
      float x2 = b2[j];
      float x3 = b3[j];
      c0[j] = fma(a03, x3, fma(a02, x2, fma(a01, x1, fma(a00, x0, c0[j]))));
      c1[j] = fma(a13, x3, fma(a12, x2, fma(a11, x1, fma(a10, x0, c1[j]))));
      c2[j] = fma(a23, x3, fma(a22, x2, fma(a21, x1, fma(a20, x0, c2[j]))));
      c3[j] = fma(a33, x3, fma(a32, x2, fma(a31, x1, fma(a30, x0, c3[j]))));
    }
  }
}
