package dev.vitrine.engine.asm;

/** What an instruction works on. {@code toString} is the Intel syntax. */
public sealed interface Operand permits Gpr, Vec, Mask, Mem, Imm, Label, Masked {}
