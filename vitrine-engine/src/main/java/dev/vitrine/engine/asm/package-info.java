/**
 * An assembler for x86-64. Tables hold a row for each way to encode an instruction; what is emitted
 * is kept as a list that is encoded, printed, and in tests emulated.
 */
package dev.vitrine.engine.asm;
