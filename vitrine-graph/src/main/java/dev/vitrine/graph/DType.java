package dev.vitrine.graph;

import java.util.Locale;

/**
 * The element types of tensors. All are stored little-endian in whole bytes: a type of fewer than
 * eight bits is kept unpacked, one byte an element, though files pack it.
 */
public enum DType {
  F32(32),
  F16(16),
  BF16(16),
  F64(64),
  I8(8),
  U8(8),
  I16(16),
  U16(16),
  I32(32),
  U32(32),
  I64(64),
  U64(64),
  /** One byte an element, 0 or 1. */
  BOOL(8),
  /** Four bits of exponent, three of mantissa; NaN but no infinity. */
  F8E4M3FN(8),
  /** As {@link #F8E4M3FN} with another bias, and no negative zero. */
  F8E4M3FNUZ(8),
  /** Five bits of exponent, two of mantissa; with infinities. */
  F8E5M2(8),
  /** Five bits of exponent, two of mantissa; NaN but no infinity and no negative zero. */
  F8E5M2FNUZ(8),
  /** Powers of two from 2⁻¹²⁷ to 2¹²⁷, and NaN. */
  F8E8M0(8),
  /**
   * Two bits of exponent, one of mantissa, from -6 to 6; a byte holds the four bits of its code.
   */
  F4E2M1(4),
  /** From -8 to 7; a byte holds the number. */
  I4(4),
  /** From 0 to 15; a byte holds the number. */
  U4(4),
  /** From -2 to 1; a byte holds the number. */
  I2(2),
  /** From 0 to 3; a byte holds the number. */
  U2(2);

  private final int bits;

  DType(int bits) {
    this.bits = bits;
  }

  /** The bytes that an element of a {@link Tensor} takes. */
  public int bytes() {
    return Math.ceilDiv(bits, Byte.SIZE);
  }

  /** The bits of an element: fewer than its bytes have where those hold less than a byte. */
  public int bits() {
    return bits;
  }

  public boolean isFloat() {
    return this == F32 || this == F16 || this == BF16 || this == F64 || isSmallFloat();
  }

  /** Whether this is a floating type of at most eight bits. */
  public boolean isSmallFloat() {
    return switch (this) {
      case F8E4M3FN, F8E4M3FNUZ, F8E5M2, F8E5M2FNUZ, F8E8M0, F4E2M1 -> true;
      default -> false;
    };
  }

  public boolean isInteger() {
    return !isFloat() && this != BOOL;
  }

  public boolean isUnsigned() {
    return switch (this) {
      case U2, U4, U8, U16, U32, U64 -> true;
      default -> false;
    };
  }

  /** The least value of an integer type or bool. */
  public long least() {
    return isUnsigned() || this == BOOL ? 0 : -1L << bits - 1;
  }

  /** The greatest value of an integer type or bool; of u64 as 64 bits. */
  public long greatest() {
    return this == BOOL ? 1 : isUnsigned() ? -1L >>> (Long.SIZE - bits) : ~least();
  }

  /** The name in the text form, such as {@code f32}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The inverse of {@link #text()}; null when there is no such type. */
  public static DType parse(String text) {
    for (DType t : values()) {
      if (t.text().equals(text)) {
        return t;
      }
    }
    return null;
  }
}
