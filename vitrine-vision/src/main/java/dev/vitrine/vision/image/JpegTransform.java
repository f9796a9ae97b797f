package dev.vitrine.vision.image;

import java.util.Arrays;

/**
 * The inverse cosine transform of 8 × 8 coefficients in fixed point: Loeffler, Ligtenberg and
 * Moschytz, Practical fast 1-D DCT algorithms with 11 multiplications (1989), with the precision
 * and rounding of the IJG's slow integer transform, so that levels agree with it.
 */
final class JpegTransform {
  private static final int BITS = 13;

  /** Bits kept between the two passes. */
  private static final int EXTRA = 2;

  private static final int C_0_298 = 2446;
  private static final int C_0_390 = 3196;
  private static final int C_0_541 = 4433;
  private static final int C_0_765 = 6270;
  private static final int C_0_899 = 7373;
  private static final int C_1_175 = 9633;
  private static final int C_1_501 = 12299;
  private static final int C_1_847 = 15137;
  private static final int C_1_961 = 16069;
  private static final int C_2_053 = 16819;
  private static final int C_2_562 = 20995;
  private static final int C_3_072 = 25172;

  private JpegTransform() {}

  /**
   * @param in coefficients in natural order from {@code from} on
   * @param quantizer their factors
   * @param out the samples, from {@code at} on in rows {@code stride} apart
   */
  static void inverse(short[] in, int from, int[] quantizer, byte[] out, int at, int stride) {
    int[] work = new int[64];
    int rest = 0;
    for (int i = 1; i < 64; i++) {
      rest |= in[from + i];
    }
    if (rest == 0) {
      byte level = level((in[from] * quantizer[0] << EXTRA) + (1 << (EXTRA + 2)) >> (EXTRA + 3));
      for (int y = 0, to = at; y < 8; y++, to += stride) {
        Arrays.fill(out, to, to + 8, level);
      }
      return;
    }
    for (int i = 0; i < 64; i++) {
      work[i] = in[from + i] * quantizer[i];
    }
    for (int x = 0; x < 8; x++) {
      if (isLevel(work, x)) {
        // Of many columns of a photo only the first coefficient is there: the pass repeats it.
        int level = work[x] << EXTRA;
        for (int i = x; i < 64; i += 8) {
          work[i] = level;
        }
      } else {
        pass(work, x, 8, BITS - EXTRA);
      }
    }
    for (int y = 0; y < 8; y++) {
      pass(work, 8 * y, 1, BITS + EXTRA + 3);
      for (int x = 0; x < 8; x++) {
        out[at + y * stride + x] = level(work[8 * y + x]);
      }
    }
  }

  private static boolean isLevel(int[] v, int x) {
    return (v[x + 8] | v[x + 16] | v[x + 24] | v[x + 32] | v[x + 40] | v[x + 48] | v[x + 56]) == 0;
  }

  /** One dimension in place: eight values {@code step} apart, the results rounded to drop bits. */
  private static void pass(int[] v, int at, int step, int drop) {
    int half = 1 << (drop - 1);
    int x2 = v[at + 2 * step];
    int x6 = v[at + 6 * step];
    int z1 = (x2 + x6) * C_0_541;
    int even2 = z1 - x6 * C_1_847;
    int even3 = z1 + x2 * C_0_765;
    int even0 = (v[at] + v[at + 4 * step]) << BITS;
    int even1 = (v[at] - v[at + 4 * step]) << BITS;
    int a0 = even0 + even3 + half;
    int a3 = even0 - even3 + half;
    int a1 = even1 + even2 + half;
    int a2 = even1 - even2 + half;

    int x7 = v[at + 7 * step];
    int x5 = v[at + 5 * step];
    int x3 = v[at + 3 * step];
    int x1 = v[at + step];
    int z5 = (x7 + x3 + x5 + x1) * C_1_175;
    int s71 = -(x7 + x1) * C_0_899;
    int s53 = -(x5 + x3) * C_2_562;
    int s73 = -(x7 + x3) * C_1_961 + z5;
    int s51 = -(x5 + x1) * C_0_390 + z5;
    int b0 = x7 * C_0_298 + s71 + s73;
    int b1 = x5 * C_2_053 + s53 + s51;
    int b2 = x3 * C_3_072 + s53 + s73;
    int b3 = x1 * C_1_501 + s71 + s51;

    v[at] = (a0 + b3) >> drop;
    v[at + 7 * step] = (a0 - b3) >> drop;
    v[at + step] = (a1 + b2) >> drop;
    v[at + 6 * step] = (a1 - b2) >> drop;
    v[at + 2 * step] = (a2 + b1) >> drop;
    v[at + 5 * step] = (a2 - b1) >> drop;
    v[at + 3 * step] = (a3 + b0) >> drop;
    v[at + 4 * step] = (a3 - b0) >> drop;
  }

  private static byte level(int v) {
    return (byte) Math.max(0, Math.min(255, v + 128));
  }
}
