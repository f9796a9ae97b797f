package dev.vitrine.engine.generated;

import java.lang.foreign.MemorySegment;

/** A generated function that is ready to be called. Safe for several threads. */
@FunctionalInterface
interface Routine {
  /** Waits until the function is there, which its first call would do else. */
  default void finish() {}

  /**
   * @param arguments the block that the function's generator describes, off the heap; it may change
   */
  void call(MemorySegment arguments);
}
