package dev.vitrine.engine.machine;

import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.RET;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Assembler;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Frame;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Isa;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CodeMemoryTest {
  /** Adds the numbers 1 to 14 to what the argument points to, using every register. */
  private static Code sum() {
    Assembler a = new Assembler(Set.of(Isa.AVX));
    Frame f = new Frame(a, Abi.host());
    List<Gpr> registers = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      registers.add(f.gpr());
    }
    f.enter();
    for (int i = 0; i < 14; i++) {
      a.emit(MOV, registers.get(i), imm(i + 1));
    }
    for (Gpr g : registers) {
      a.emit(ADD, at(f.argument()), g);
    }
    f.leave();
    return a.finish("sum");
  }

  private static Code increment(int by) {
    Assembler a = new Assembler(Set.of());
    a.emit(MOV, Gpr.RAX, imm(by));
    a.emit(ADD, at(Abi.host().argument()), Gpr.RAX);
    a.emit(RET);
    return a.finish("increment");
  }

  @Test
  void runs() {
    assumeTrue(Machine.host().sets().contains(Isa.AVX), "needs AVX");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment five = CodeMemory.load(increment(5), arena);
      MemorySegment sum = CodeMemory.load(sum(), arena);
      MemorySegment number = arena.allocate(JAVA_LONG);
      Calls.call(five, number);
      assertThat(number.get(JAVA_LONG, 0)).isEqualTo(5);
      Calls.call(five, number);
      assertThat(number.get(JAVA_LONG, 0)).isEqualTo(10);
      for (int i = 1; i <= 20_000; i++) {
        Calls.call(sum, number);
      }
      assertThat(number.get(JAVA_LONG, 0)).isEqualTo(10 + 20_000 * 105);
    }
  }

  /** Pages that remember what was asked of them. */
  private static final class Recorded implements Pages {
    final List<String> log = new ArrayList<>();
    boolean refuse;

    @Override
    public MemorySegment map(long bytes) {
      log.add("map");
      return Arena.ofAuto().allocate(bytes, 64);
    }

    @Override
    public void makeExecutable(MemorySegment pages) {
      log.add("protect");
      if (refuse) {
        throw new CodeRefusedException("mprotect failed with error 13");
      }
    }

    @Override
    public void preferLarge(MemorySegment pages) {
      log.add("large");
    }

    @Override
    public void unmap(MemorySegment pages) {
      log.add("unmap");
    }
  }

  @Test
  void freedWithItsOwner() {
    Recorded pages = new Recorded();
    try (Arena owner = Arena.ofConfined()) {
      CodeMemory.load(increment(1), owner, pages);
      assertThat(pages.log).containsExactly("map", "protect");
    }
    assertThat(pages.log).containsExactly("map", "protect", "unmap");
  }

  @Test
  void freedAtOnceWhenRefused() {
    Recorded pages = new Recorded();
    pages.refuse = true;
    try (Arena owner = Arena.ofConfined()) {
      assertThatThrownBy(() -> CodeMemory.load(increment(1), owner, pages))
          .isInstanceOf(CodeRefusedException.class)
          .hasMessage("mprotect failed with error 13");
    }
    assertThat(pages.log).containsExactly("map", "protect", "unmap");
  }

  @Test
  void theSystemRefusesWithItsErrorNumber() {
    assumeTrue(Abi.host() == Abi.SYSV);
    assertThatThrownBy(() -> Pages.host().map(Long.MAX_VALUE / 2))
        .isInstanceOf(CodeRefusedException.class)
        .hasMessage("mmap failed with error 12");
  }

  @Test
  void namesCodeForPerf() throws Exception {
    assumeTrue(Files.isWritable(PerfMap.file().getParent()), "needs a folder for all");
    System.setProperty(PerfMap.PROPERTY, "true");
    try (Arena arena = Arena.ofConfined()) {
      long address = CodeMemory.load(increment(1), arena).address();
      int bytes = increment(1).bytes().length;
      assertThat(Files.readAllLines(PerfMap.file()))
          .contains("%x %x vitrine_increment".formatted(address, bytes));
    } finally {
      System.clearProperty(PerfMap.PROPERTY);
      Files.deleteIfExists(PerfMap.file());
    }
  }
}
