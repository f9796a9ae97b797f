package dev.vitrine.engine.asm;

/** What an instruction works on. {@code toString} is the Intel syntax. */
public sealed interface Operand permits Gpr, Vec, Mask, Matrix, Mem, Imm, Label, Masked {
  /** Whether it may stand where a row says that, in an instruction of that vector length. */
  boolean fits(Kind kind, int length);

  /** A register's number; 0 for what is none. */
  default int id() {
    return 0;
  }

  /** What is masked, or this. */
  default Operand target() {
    return this;
  }
}
