package dev.vitrine.engine.asm;

/** An immediate number. */
public record Imm(long value) implements Operand {
  public static Imm imm(long value) {
    return new Imm(value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
