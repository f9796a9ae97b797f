package dev.vitrine.engine.asm;

/**
 * What may stand at one place of an instruction. A name that ends in M also takes memory, and goes
 * where the encoding has room for memory.
 */
public enum Kind {
  /** General registers: R of either width (all the same), R32 and R64 of one. */
  R,
  RM,
  R32,
  RM32,
  R64,
  RM64,
  M,
  K,
  KM,
  /** Matrix registers, and memory that is addressed with an index: the stride of rows. */
  T,
  TM,
  /**
   * Vector registers: V as long as the instruction, U the same but not xmm; H half, Q a quarter.
   */
  V,
  VM,
  U,
  H,
  HM,
  Q,
  QM,
  X,
  XM,
  Y,
  YM,
  Z,
  /** Memory whose index is a vector. */
  VSIB,
  /** Immediates: signed and unsigned bytes, signed 32 bits, 64 bits. */
  S8,
  U8,
  S32,
  I64,
  /** Jump targets within a byte's reach, and any. */
  NEAR,
  FAR;

  boolean takesMemory() {
    return switch (this) {
      case RM, RM32, RM64, M, KM, TM, VM, HM, QM, XM, YM, VSIB -> true;
      default -> false;
    };
  }

  boolean isImmediate() {
    return immediateBytes() > 0;
  }

  int immediateBytes() {
    return switch (this) {
      case S8, U8, NEAR -> 1;
      case S32, FAR -> 4;
      case I64 -> 8;
      default -> 0;
    };
  }

  /**
   * The vector bytes at this place for an instruction of that length; 0 where no vector may stand.
   */
  int vectorBytes(int length) {
    return switch (this) {
      case V, VM, U -> length;
      case H, HM -> Math.max(16, length / 2);
      case Q, QM -> Math.max(16, length / 4);
      case X, XM -> 16;
      case Y, YM -> 32;
      case Z -> 64;
      default -> 0;
    };
  }

  boolean setsLength() {
    return this == V || this == VM || this == U;
  }
}
