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

  /** Asks for large pages in whole multiples of them, where the system has them for the asking. */
  void preferLarge(MemorySegment pages);

  /**
   * This system's.
   *
   * @throws IllegalCallerException when this Java doesn't allow native access
   */
  static Pages host() {
    return Host.get();
  }

  /** Made when it is first asked for, since making it can fail. */
  final class Host {
    private static Pages pages;

    private Host() {}

    private static synchronized Pages get() {
      if (pages == null) {
        pages =
            switch (Abi.host()) {
              case SYSV -> new PosixPages();
              case WINDOWS -> new WindowsPages();
            };
      }
      return pages;
    }
  }
}
