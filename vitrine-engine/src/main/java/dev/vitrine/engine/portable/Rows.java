package dev.vitrine.engine.portable;

import static dev.vitrine.engine.portable.Fma.fma;

/**
 * Arithmetic on the first n elements of rows. Sums run in eight interleaved parts, in a fixed
 * order.
 */
final class Rows {
  private Rows() {}

  static void add(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      x[i] += y[i];
    }
  }

  static void subtract(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      x[i] -= y[i];
    }
  }

  static void multiply(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      x[i] *= y[i];
    }
  }

  static void divide(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      x[i] /= y[i];
    }
  }

  static void max(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = Math.max(x[i], y[i]);
    }
  }

  static void min(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = Math.min(x[i], y[i]);
    }
  }

  static void add(float[] x, float y, int n) {
    for (int i = 0; i < n; i++) {
      x[i] += y;
    }
  }

  static void multiply(float[] x, float y, int n) {
    for (int i = 0; i < n; i++) {
      x[i] *= y;
    }
  }

  static void max(float[] x, float y, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = Math.max(x[i], y);
    }
  }

  static void min(float[] x, float y, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = Math.min(x[i], y);
    }
  }

  /** sum += factor · x. */
  static void addScaled(float[] sum, float[] x, float factor, int n) {
    for (int i = 0; i < n; i++) {
      sum[i] = fma(factor, x[i], sum[i]);
    }
  }

  /** sum += x · y. */
  static void addProduct(float[] sum, float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      sum[i] = fma(x[i], y[i], sum[i]);
    }
  }

  /** x = x · scale + shift. */
  static void scaleAndShift(float[] x, float[] scale, float[] shift, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = fma(x[i], scale[i], shift[i]);
    }
  }

  static float sum(float[] x, int n) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int i = 0;
    for (; i < n - 7; i += 8) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
      e += x[i + 4];
      f += x[i + 5];
      g += x[i + 6];
      h += x[i + 7];
    }
    for (; i < n; i++) {
      a += x[i];
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h));
  }

  static float sumOfSquares(float[] x, int n) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int i = 0;
    for (; i < n - 7; i += 8) {
      a = fma(x[i], x[i], a);
      b = fma(x[i + 1], x[i + 1], b);
      c = fma(x[i + 2], x[i + 2], c);
      d = fma(x[i + 3], x[i + 3], d);
      e = fma(x[i + 4], x[i + 4], e);
      f = fma(x[i + 5], x[i + 5], f);
      g = fma(x[i + 6], x[i + 6], g);
      h = fma(x[i + 7], x[i + 7], h);
    }
    for (; i < n; i++) {
      a = fma(x[i], x[i], a);
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h));
  }

  /** The largest; NaN if one is. */
  static float max(float[] x, int n) {
    float a = Float.NEGATIVE_INFINITY;
    float b = a;
    float c = a;
    float d = a;
    int i = 0;
    for (; i < n - 3; i += 4) {
      a = Math.max(a, x[i]);
      b = Math.max(b, x[i + 1]);
      c = Math.max(c, x[i + 2]);
      d = Math.max(d, x[i + 3]);
    }
    for (; i < n; i++) {
      a = Math.max(a, x[i]);
    }
    return Math.max(Math.max(a, b), Math.max(c, d));
  }
}
