package dev.vitrine.engine.asm;

/** A destination written only where the mask is set; elsewhere it is kept, or zeroed. */
public record Masked(Operand target, Mask mask, boolean zeroing) implements Operand {
  public Masked {
    if (mask.id() == 0) {
      throw new AsmException("k0 can't mask " + target);
    }
  }

  @Override
  public boolean fits(Kind kind, int length) {
    return target.fits(kind, length);
  }

  @Override
  public String toString() {
    return target + suffix();
  }

  String suffix() {
    return "{" + mask + "}" + (zeroing ? "{z}" : "");
  }
}
