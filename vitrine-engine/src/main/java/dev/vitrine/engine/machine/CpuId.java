package dev.vitrine.engine.machine;

import static dev.vitrine.engine.asm.General.CPUID;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.POP;
import static dev.vitrine.engine.asm.General.PUSH;
import static dev.vitrine.engine.asm.General.RET;
import static dev.vitrine.engine.asm.General.XGETBV;
import static dev.vitrine.engine.asm.General.XOR;
import static dev.vitrine.engine.asm.Gpr.R8;
import static dev.vitrine.engine.asm.Gpr.RAX;
import static dev.vitrine.engine.asm.Gpr.RBX;
import static dev.vitrine.engine.asm.Gpr.RCX;
import static dev.vitrine.engine.asm.Gpr.RDX;
import static dev.vitrine.engine.asm.Mem.at;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Assembler;
import dev.vitrine.engine.asm.Code;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/** Asks the processor, by two generated functions over 16 bytes: the registers going in and out. */
final class CpuId implements Machine.Source, AutoCloseable {
  private static final long REGISTERS = 4 * Integer.BYTES;

  private final Arena memory = Arena.ofConfined();
  private final MemorySegment cpuid;
  private final MemorySegment xgetbv;

  CpuId() {
    cpuid = CodeMemory.load(cpuidCode(Abi.host()), memory);
    xgetbv = CodeMemory.load(xgetbvCode(Abi.host()), memory);
  }

  private static Code cpuidCode(Abi abi) {
    Assembler a = new Assembler(Set.of());
    a.emit(PUSH, RBX);
    a.emit(MOV, R8, abi.argument());
    a.emit(MOV, RAX.low(), at(R8));
    a.emit(MOV, RCX.low(), at(R8, 4));
    a.emit(CPUID);
    a.emit(MOV, at(R8), RAX.low());
    a.emit(MOV, at(R8, 4), RBX.low());
    a.emit(MOV, at(R8, 8), RCX.low());
    a.emit(MOV, at(R8, 12), RDX.low());
    a.emit(POP, RBX);
    a.emit(RET);
    return a.finish("cpuid");
  }

  private static Code xgetbvCode(Abi abi) {
    Assembler a = new Assembler(Set.of());
    a.emit(MOV, R8, abi.argument());
    a.emit(XOR, RCX.low(), RCX.low());
    a.emit(XGETBV);
    a.emit(MOV, at(R8), RAX.low());
    a.emit(MOV, at(R8, 4), RDX.low());
    a.emit(RET);
    return a.finish("xgetbv");
  }

  @Override
  public int[] cpuid(int leaf, int subleaf) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment registers = arena.allocate(REGISTERS, Integer.BYTES);
      registers.setAtIndex(JAVA_INT, 0, leaf);
      registers.setAtIndex(JAVA_INT, 1, subleaf);
      Calls.call(cpuid, registers);
      return registers.toArray(JAVA_INT);
    }
  }

  @Override
  public long xgetbv() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment registers = arena.allocate(REGISTERS, Integer.BYTES);
      Calls.call(xgetbv, registers);
      return Integer.toUnsignedLong(registers.getAtIndex(JAVA_INT, 0))
          | (long) registers.getAtIndex(JAVA_INT, 1) << 32;
    }
  }

  @Override
  public boolean permitsMatrices() {
    return MatrixState.request();
  }

  @Override
  public void close() {
    memory.close();
  }
}
