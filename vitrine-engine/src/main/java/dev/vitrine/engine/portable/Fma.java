package dev.vitrine.engine.portable;

/**
 * a · b + c, rounded once where the processor can do that; where it can't, Math.fma is very slow.
 */
final class Fma {
  private static final boolean FAST = isFast();

  private Fma() {}

  static float fma(float a, float b, float c) {
    return FAST ? Math.fma(a, b, c) : a * b + c;
  }

  /**
   * Rounded once on all processors. Where there is no instruction: the product is exact in double,
   * and its sum with c is rounded to odd, so that rounding it again gives what rounding once does.
   */
  static float exact(float a, float b, float c) {
    return FAST ? Math.fma(a, b, c) : roundedOnce(a, b, c);
  }

  static float roundedOnce(float a, float b, float c) {
    double product = (double) a * b;
    double sum = product + c;
    double added = sum - product;
    double lost = (product - (sum - added)) + (c - added);
    long bits = Double.doubleToRawLongBits(sum);
    if (lost != 0 && (bits & 1) == 0) {
      sum = Double.longBitsToDouble(lost > 0 == sum > 0 ? bits + 1 : bits - 1);
    }
    return (float) sum;
  }

  /**
   * Math.fma without an instruction for it goes through BigDecimal, which takes ten microseconds
   * before it is compiled.
   */
  private static boolean isFast() {
    long best = Long.MAX_VALUE;
    float x = 1.0000001f;
    for (int round = 0; round < 8; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < 64; i++) {
        x = Math.fma(x, 1.0000001f, -1e-7f);
      }
      best = Math.min(best, System.nanoTime() - start);
    }
    return x != 0 && best < 64 * 2_000;
  }
}
