package dev.vitrine.engine.machine;

import dev.vitrine.engine.asm.Code;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Machine code in executable memory, until closed. Closing while a thread runs it would crash the
 * process: the owner sees to that.
 */
public final class LoadedCode implements AutoCloseable {
  private static final int ALIGNMENT = 64;

  private final Pages pages;
  private final MemorySegment memory;
  private final MemorySegment[] entries;
  private boolean closed;

  private LoadedCode(Pages pages, MemorySegment memory, MemorySegment[] entries) {
    this.pages = pages;
    this.memory = memory;
    this.entries = entries;
  }

  /**
   * Copies the codes into fresh pages and makes them executable.
   *
   * @throws CodeRefusedException when the system or the virtual machine's options forbid it
   */
  public static LoadedCode of(List<Code> codes) {
    try {
      return of(codes, Pages.host());
    } catch (IllegalCallerException e) {
      throw new CodeRefusedException("this Java doesn't allow native access: --enable-native-access=ALL-UNNAMED", e);
    }
  }

  static LoadedCode of(List<Code> codes, Pages pages) {
    long bytes = 0;
    for (Code code : codes) {
      bytes = Math.addExact(bytes, code.bytes().length + ALIGNMENT - 1 & -ALIGNMENT);
    }
    MemorySegment memory = pages.map(Math.max(bytes, ALIGNMENT));
    try {
      MemorySegment[] entries = new MemorySegment[codes.size()];
      long at = 0;
      for (int i = 0; i < entries.length; i++) {
        byte[] code = codes.get(i).bytes();
        entries[i] = memory.asSlice(at, code.length);
        entries[i].copyFrom(MemorySegment.ofArray(code));
        at += code.length + ALIGNMENT - 1 & -ALIGNMENT;
      }
      pages.makeExecutable(memory);
      return new LoadedCode(pages, memory, entries);
    } catch (RuntimeException e) {
      pages.unmap(memory);
      throw e;
    }
  }

  /** The entry of the code at that index of the list. */
  public MemorySegment entry(int index) {
    return entries[index];
  }

  /** Gives the memory back; the entries are dangling from then on. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      pages.unmap(memory);
    }
  }
}
