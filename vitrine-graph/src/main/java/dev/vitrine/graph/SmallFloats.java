package dev.vitrine.graph;

/**
 * The codes of floating types of at most eight bits, after ONNX's tables for Cast.
 *
 * <p>A code is, from the top: a sign (f8e8m0 has none), the biased exponent, the mantissa. Exponent
 * 0 holds zero and the subnormal numbers, but in f8e8m0, which has neither.
 */
final class SmallFloats {
  /**
   * A format with a sign.
   *
   * @param greatest the code of the greatest finite value
   * @param beyond the code, but for its sign, of what is out of range and not to be saturated
   * @param nan the code of NaN; of a format without it, what NaN becomes
   * @param negativeZero whether there is one; else its code is NaN's
   */
  private record Format(
      int bits,
      int mantissaBits,
      int bias,
      int greatest,
      int beyond,
      int nan,
      boolean negativeZero) {
    double decode(int code) {
      int sign = 1 << bits - 1;
      int magnitude = code & sign - 1;
      if (!negativeZero && code == sign) {
        return Double.NaN;
      } else if (magnitude > greatest) {
        return beyond == nan || magnitude != beyond
            ? Double.NaN
            : code == magnitude ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
      }
      int exponent = magnitude >> mantissaBits;
      int mantissa = magnitude & (1 << mantissaBits) - 1;
      int steps = exponent == 0 ? mantissa : mantissa + (1 << mantissaBits);
      double value = Math.scalb((double) steps, Math.max(exponent, 1) - bias - mantissaBits);
      return code == magnitude ? value : -value;
    }

    int encode(double value, boolean saturate) {
      if (Double.isNaN(value)) {
        return nan;
      }
      int sign = Math.copySign(1, value) < 0 ? 1 << bits - 1 : 0;
      int magnitude = magnitude(Math.abs(value));
      if (magnitude > greatest) {
        magnitude = saturate ? greatest : beyond;
      }
      return magnitude == 0 && !negativeZero ? 0 : sign | magnitude;
    }

    /** Rounded to nearest even as if exponents had no end. */
    private int magnitude(double value) {
      int exponent = Math.max(Math.getExponent(value), 1 - bias);
      if (exponent > bias + 1) {
        return Integer.MAX_VALUE;
      }
      double steps = Math.rint(Math.scalb(value, mantissaBits - exponent));
      // A carry out of the mantissa goes where it belongs.
      return (exponent + bias - 1 << mantissaBits) + (int) steps;
    }
  }

  private static final int E8M0_BIAS = 127;
  private static final int E8M0_NAN = 255;

  private static final double[][] DECODED = new double[DType.values().length][];

  static {
    for (DType t : DType.values()) {
      if (t.isSmallFloat()) {
        double[] values = new double[1 << t.bits()];
        for (int code = 0; code < values.length; code++) {
          values[code] =
              t != DType.F8E8M0
                  ? format(t).decode(code)
                  : code == E8M0_NAN ? Double.NaN : Math.scalb(1.0, code - E8M0_BIAS);
        }
        DECODED[t.ordinal()] = values;
      }
    }
  }

  private SmallFloats() {}

  private static Format format(DType t) {
    return switch (t) {
      case F8E4M3FN -> new Format(8, 3, 7, 0x7e, 0x7f, 0x7f, true);
      case F8E4M3FNUZ -> new Format(8, 3, 8, 0x7f, 0x80, 0x80, false);
      case F8E5M2 -> new Format(8, 2, 15, 0x7b, 0x7c, 0x7e, true);
      case F8E5M2FNUZ -> new Format(8, 2, 16, 0x7f, 0x80, 0x80, false);
      case F4E2M1 -> new Format(4, 1, 1, 7, 7, 8, true);
      default -> throw new IllegalArgumentException(t.text());
    };
  }

  /** The value of a code; bits above the type's are of no account. */
  static double decode(DType t, byte code) {
    double[] values = DECODED[t.ordinal()];
    return values[code & values.length - 1];
  }

  /**
   * The code of a value.
   *
   * @param saturate whether what is out of range, infinities too, becomes the end of the range that
   *     it lies beyond; else it becomes infinity or NaN, whichever the type has
   * @param mode of f8e8m0; the others round to nearest even
   */
  static byte encode(DType t, double value, boolean saturate, RoundMode mode) {
    return (byte)
        (t == DType.F8E8M0 ? power(value, saturate, mode) : format(t).encode(value, saturate));
  }

  /** In f8e8m0, a power of two; a number below zero has no code but NaN's. */
  private static int power(double value, boolean saturate, RoundMode mode) {
    if (Double.isNaN(value) || value < 0) {
      return E8M0_NAN;
    }
    int exponent = Math.getExponent(value);
    double mantissa = Math.scalb(value, -exponent);
    boolean up =
        switch (mode) {
          case UP -> mantissa > 1;
          case DOWN -> false;
          case NEAREST -> mantissa >= 1.5;
        };
    int code = exponent + (up ? 1 : 0) + E8M0_BIAS;
    if (code >= 0 && code < E8M0_NAN) {
      return code;
    }
    return !saturate ? E8M0_NAN : code < 0 ? 0 : E8M0_NAN - 1;
  }
}
