package dev.vitrine.engine.kernel;

import java.lang.foreign.MemorySegment;

/** A program's constants as they were packed before. Valid until it is closed. */
public interface Prepared extends AutoCloseable {
  /** Nothing is prepared, and a program's constants may be gone after binding. */
  Prepared NONE =
      new Prepared() {
        @Override
        public MemorySegment find(Packing packing) {
          return null;
        }

        @Override
        public boolean isLasting() {
          return false;
        }

        @Override
        public void close() {}
      };

  /** A constant in that packing, aligned as programs' buffers are; null when it isn't there. */
  MemorySegment find(Packing packing);

  /** Whether the program's constants stay where they are until this is closed. */
  boolean isLasting();

  @Override
  void close();
}
