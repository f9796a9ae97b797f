package dev.vitrine.engine.asm;

import java.util.List;

/** A general register seen as 8 or 4 bytes. Writing 4 bytes clears the upper half. */
public record Gpr(int id, int bytes) implements Operand {
  private static final List<String> OLD = List.of("ax", "cx", "dx", "bx", "sp", "bp", "si", "di");

  public static final Gpr RAX = new Gpr(0, 8);
  public static final Gpr RCX = new Gpr(1, 8);
  public static final Gpr RDX = new Gpr(2, 8);
  public static final Gpr RBX = new Gpr(3, 8);
  public static final Gpr RSP = new Gpr(4, 8);
  public static final Gpr RBP = new Gpr(5, 8);
  public static final Gpr RSI = new Gpr(6, 8);
  public static final Gpr RDI = new Gpr(7, 8);
  public static final Gpr R8 = new Gpr(8, 8);
  public static final Gpr R9 = new Gpr(9, 8);
  public static final Gpr R10 = new Gpr(10, 8);
  public static final Gpr R11 = new Gpr(11, 8);
  public static final Gpr R12 = new Gpr(12, 8);
  public static final Gpr R13 = new Gpr(13, 8);
  public static final Gpr R14 = new Gpr(14, 8);
  public static final Gpr R15 = new Gpr(15, 8);

  public Gpr {
    if (id < 0 || id > 15 || (bytes != 4 && bytes != 8)) {
      throw new AsmException("there is no general register " + id + " of " + bytes + " bytes");
    }
  }

  /** The lower 4 bytes. */
  public Gpr low() {
    return new Gpr(id, 4);
  }

  @Override
  public boolean fits(Kind kind, int length) {
    return switch (kind) {
      case R, RM -> true;
      case R32, RM32 -> bytes == 4;
      case R64, RM64 -> bytes == 8;
      default -> false;
    };
  }

  @Override
  public String toString() {
    if (id < 8) {
      return (bytes == 8 ? "r" : "e") + OLD.get(id);
    }
    return "r" + id + (bytes == 8 ? "" : "d");
  }
}
