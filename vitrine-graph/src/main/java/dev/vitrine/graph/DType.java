package dev.vitrine.graph;

import java.util.Locale;

/** The element types of tensors, with their sizes in bytes. All are stored little-endian. */
public enum DType {
  F32(4),
  F16(2),
  BF16(2),
  F64(8),
  I8(1),
  U8(1),
  I16(2),
  U16(2),
  I32(4),
  U32(4),
  I64(8),
  U64(8),
  /** One byte an element, 0 or 1. */
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  public int bytes() {
    return bytes;
  }

  public boolean isFloat() {
    return this == F32 || this == F16 || this == BF16 || this == F64;
  }

  public boolean isInteger() {
    return !isFloat() && this != BOOL;
  }

  public boolean isUnsigned() {
    return this == U8 || this == U16 || this == U32 || this == U64;
  }

  /** The least value of an integer type or bool. */
  public long least() {
    return isUnsigned() || this == BOOL ? 0 : -1L << bits() - 1;
  }

  /** The greatest value of an integer type or bool; of u64 as 64 bits. */
  public long greatest() {
    return this == BOOL ? 1 : isUnsigned() ? -1L >>> (Long.SIZE - bits()) : ~least();
  }

  private int bits() {
    return bytes * Byte.SIZE;
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
