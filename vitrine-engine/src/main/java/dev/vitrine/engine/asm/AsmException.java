package dev.vitrine.engine.asm;

/** A fault in generated code, found when the instruction is emitted or the labels are laid out. */
public final class AsmException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  AsmException(String message) {
    super(message);
  }
}
