package dev.vitrine.engine.asm;

/**
 * Memory at base + index·scale + disp, or at a label of the same code. The instruction tells how
 * many bytes; with {@code broadcast} it reads one element and uses it in every lane.
 *
 * @param index null, a general register, or a vector register of 32-bit offsets for gathers
 */
public record Mem(Gpr base, Operand index, int scale, int disp, Label label, boolean broadcast)
    implements Operand {
  public Mem {
    if (label == null ? base == null : base != null || index != null) {
      throw new AsmException("memory is addressed by a base register or by a label");
    }
    if (base != null && base.bytes() != 8) {
      throw new AsmException("the base " + base + " isn't 64 bits wide");
    }
    switch (index) {
      case null -> {}
      case Gpr g when g.bytes() == 8 && g.id() != 4 -> {}
      case Vec v -> {}
      default -> throw new AsmException(index + " can't be an index");
    }
    if (Integer.bitCount(scale) != 1 || scale < 1 || scale > 8) {
      throw new AsmException("an index can't be scaled by " + scale);
    }
  }

  public static Mem at(Gpr base) {
    return at(base, 0);
  }

  public static Mem at(Gpr base, int disp) {
    return new Mem(base, null, 1, disp, null, false);
  }

  public static Mem at(Gpr base, Gpr index, int scale, int disp) {
    return new Mem(base, index, scale, disp, null, false);
  }

  /** An address a lane: base + 32-bit index·scale. */
  public static Mem at(Gpr base, Vec index, int scale, int disp) {
    return new Mem(base, index, scale, disp, null, false);
  }

  public static Mem at(Label label) {
    return new Mem(null, null, 1, 0, label, false);
  }

  public Mem plus(int bytes) {
    return new Mem(base, index, scale, Math.addExact(disp, bytes), label, broadcast);
  }

  /** One element here, repeated in every lane. */
  public Mem toAll() {
    return new Mem(base, index, scale, disp, label, true);
  }

  /** This memory as a destination written only where the mask is set. */
  public Masked masked(Mask mask) {
    return new Masked(this, mask, false);
  }

  @Override
  public boolean fits(Kind kind, int length) {
    if (index instanceof Vec v) {
      return kind == Kind.VSIB && v.bytes() == length;
    }
    return kind != Kind.VSIB && kind.takesMemory() && (kind != Kind.TM || index != null);
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder("[").append(label == null ? base : "rip+" + label);
    if (index != null) {
      s.append('+').append(index).append('*').append(scale);
    }
    if (disp != 0) {
      s.append(disp < 0 ? "-" : "+").append(Math.abs((long) disp));
    }
    return s.append(']').toString();
  }
}
