package dev.vitrine.engine.machine;

import dev.vitrine.engine.asm.Code;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Machine code in executable memory, freed when the arena that owns it is closed. */
public final class CodeMemory {
  private CodeMemory() {}

  /**
   * Copies a code into fresh pages and makes them executable. Nothing keeps the owner from being
   * closed while the code runs, which would crash the process: whoever closes it sees to that.
   *
   * @return where the code starts, a bare address
   * @throws CodeRefusedException when the system or the virtual machine's options forbid it
   */
  public static MemorySegment load(Code code, Arena owner) {
    try {
      return load(code, owner, Pages.host());
    } catch (IllegalCallerException e) {
      throw new CodeRefusedException(
          "this Java doesn't allow native access: --enable-native-access=ALL-UNNAMED", e);
    }
  }

  @SuppressWarnings("restricted") // the pages come from the system by address
  static MemorySegment load(Code code, Arena owner, Pages pages) {
    MemorySegment mapped = pages.map(code.bytes().length);
    try {
      mapped.copyFrom(MemorySegment.ofArray(code.bytes()));
      pages.makeExecutable(mapped);
    } catch (RuntimeException e) {
      pages.unmap(mapped);
      throw e;
    }
    mapped.reinterpret(owner, pages::unmap);
    PerfMap.add(mapped.address(), code.bytes().length, code.name());
    return MemorySegment.ofAddress(mapped.address());
  }
}
