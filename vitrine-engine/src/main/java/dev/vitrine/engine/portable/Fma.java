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
