package dev.vitrine.engine.asm;

/** A vector register seen as 16 (xmm), 32 (ymm) or 64 (zmm) bytes; 16 to 31 need AVX-512. */
public record Vec(int id, int bytes) implements Operand {
  public Vec {
    if (id < 0 || id > 31 || (bytes != 16 && bytes != 32 && bytes != 64)) {
      throw new AsmException("there is no vector register " + id + " of " + bytes + " bytes");
    }
  }

  public static Vec xmm(int id) {
    return new Vec(id, 16);
  }

  public static Vec ymm(int id) {
    return new Vec(id, 32);
  }

  public static Vec zmm(int id) {
    return new Vec(id, 64);
  }

  /** The same register seen with another width. */
  public Vec as(int bytes) {
    return new Vec(id, bytes);
  }

  /** This register as a destination that keeps its elements where the mask isn't set. */
  public Masked masked(Mask mask) {
    return new Masked(this, mask, false);
  }

  /** This register as a destination zeroed where the mask isn't set. */
  public Masked zeroed(Mask mask) {
    return new Masked(this, mask, true);
  }

  @Override
  public boolean fits(Kind kind, int length) {
    return bytes == kind.vectorBytes(length) && !(kind == Kind.U && length == 16);
  }

  @Override
  public String toString() {
    return (bytes == 16 ? "xmm" : bytes == 32 ? "ymm" : "zmm") + id;
  }
}
