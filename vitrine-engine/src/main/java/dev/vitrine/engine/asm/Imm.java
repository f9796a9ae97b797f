package dev.vitrine.engine.asm;

/** An immediate number. */
public record Imm(long value) implements Operand {
  public static Imm imm(long value) {
    return new Imm(value);
  }

  @Override
  public boolean fits(Kind kind, int length) {
    return switch (kind) {
      case S8 -> value == (byte) value;
      case U8 -> value == (value & 0xff);
      case S32 -> value == (int) value;
      case I64 -> true;
      default -> false;
    };
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
