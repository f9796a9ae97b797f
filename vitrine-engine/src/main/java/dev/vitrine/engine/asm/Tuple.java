package dev.vitrine.engine.asm;

/** How many bytes a memory operand has, which is also the unit of EVEX's 8-bit displacement. */
enum Tuple {
  /** No memory, or an address alone. */
  NONE,
  /** As wide as the general register. */
  GENERAL,
  /** A vector, or one element broadcast. */
  FULL,
  FULL_MEM,
  HALF_MEM,
  QUARTER_MEM,
  /** One element: 4 bytes, or 8 with W1. */
  ELEMENT,
  BYTES_1,
  BYTES_2,
  BYTES_4,
  BYTES_8,
  BYTES_16,
  BYTES_32;

  int bytes(int length, int element) {
    return switch (this) {
      case NONE -> 0;
      case GENERAL, ELEMENT -> element;
      case FULL, FULL_MEM -> length;
      case HALF_MEM -> length / 2;
      case QUARTER_MEM -> length / 4;
      case BYTES_1 -> 1;
      case BYTES_2 -> 2;
      case BYTES_4 -> 4;
      case BYTES_8 -> 8;
      case BYTES_16 -> 16;
      case BYTES_32 -> 32;
    };
  }
}
