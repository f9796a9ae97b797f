package dev.vitrine.engine.asm;

/** A mask register {@code k0} to {@code k7}; {@code k0} can't predicate an instruction. */
public record Mask(int id) implements Operand {
  public Mask {
    if (id < 0 || id > 7) {
      throw new AsmException("there is no mask register " + id);
    }
  }

  public static Mask k(int id) {
    return new Mask(id);
  }

  /** This mask as a destination of which only the bits set in {@code by} can be set. */
  public Masked masked(Mask by) {
    return new Masked(this, by, false);
  }

  @Override
  public boolean fits(Kind kind, int length) {
    return kind == Kind.K || kind == Kind.KM;
  }

  @Override
  public String toString() {
    return "k" + id;
  }
}
