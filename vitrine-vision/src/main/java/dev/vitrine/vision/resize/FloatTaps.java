package dev.vitrine.vision.resize;

/**
 * For each output pixel of one axis, the input pixels it is interpolated from and their weights,
 * between pixel centres; pixels outside stand for the border.
 *
 * @param width the number of weights of an output pixel
 */
record FloatTaps(int width, int[] pixels, float[] weights) {
  private static final double A = -0.75;

  /** Two weights: linear. */
  static FloatTaps linear(int size, int out) {
    FloatTaps taps = empty(2, out);
    for (int i = 0; i < out; i++) {
      double position = position(i, size, out);
      double x = position - Math.floor(position);
      taps.set(i, (int) Math.floor(position), size, 1 - x, x);
    }
    return taps;
  }

  /** Four weights: Keys's cubic with a = −¾, as OpenCV and PyTorch have it. */
  static FloatTaps cubic(int size, int out) {
    FloatTaps taps = empty(4, out);
    for (int i = 0; i < out; i++) {
      double position = position(i, size, out);
      int base = (int) Math.floor(position);
      double x = position - base;
      double before = outer(x + 1);
      double at = inner(x);
      double next = inner(1 - x);
      taps.set(i, base - 1, size, before, at, next, 1 - before - at - next);
    }
    return taps;
  }

  /**
   * Four weights: the cubic of Mitchell and Netravali (Reconstruction filters in computer graphics,
   * 1988) with B = C = ⅓, which neither rings nor shows the cells much.
   */
  static FloatTaps mitchell(int size, int out) {
    FloatTaps taps = empty(4, out);
    for (int i = 0; i < out; i++) {
      double position = position(i, size, out);
      int base = (int) Math.floor(position);
      double x = position - base;
      taps.set(i, base - 1, size, far(1 + x), near(x), near(1 - x), far(2 - x));
    }
    return taps;
  }

  private static FloatTaps empty(int width, int out) {
    int n = Math.multiplyExact(width, out);
    return new FloatTaps(width, new int[n], new float[n]);
  }

  private static double position(int i, int size, int out) {
    return (i + 0.5) * ((double) size / out) - 0.5;
  }

  private void set(int i, int first, int size, double... w) {
    for (int k = 0; k < width; k++) {
      pixels[i * width + k] = Math.clamp(first + k, 0, size - 1);
      weights[i * width + k] = (float) w[k];
    }
  }

  private static double near(double x) {
    return (21 * x - 36) * x * x / 18 + 16 / 18.0;
  }

  private static double far(double x) {
    return ((-7 * x + 36) * x - 60) * x / 18 + 32 / 18.0;
  }

  private static double inner(double x) {
    return ((A + 2) * x - (A + 3)) * x * x + 1;
  }

  private static double outer(double x) {
    return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
  }
}
