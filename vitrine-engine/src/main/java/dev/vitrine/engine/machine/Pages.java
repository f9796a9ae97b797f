package dev.vitrine.engine.machine;

import dev.vitrine.engine.asm.Abi;
import java.lang.foreign.MemorySegment;

/** The system's pages of memory, writable first and executable then, never both. */
interface Pages {
  /** Fresh pages to write to, of at least that many bytes. */
  MemorySegment map(long bytes);

  /** Makes them executable and no longer writable. */
  void makeExecutable(MemorySegment pages);

  /** Gives them back. */
  void unmap(MemorySegment pages);

  /** This system's. */
  static Pages host() {
    return switch (Abi.host()) {
      case SYSV -> new PosixPages();
      case WINDOWS -> new WindowsPages();
    };
  }
}
