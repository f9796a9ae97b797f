package dev.vitrine.engine.kernel;

import java.lang.foreign.MemorySegment;

/**
 * A step made ready to run. It is cut into tiles that write different elements: they can be run in
 * any order and at the same time, and how a step is cut depends on its sizes alone, so that results
 * don't depend on the number of threads. Safe for several threads and arenas at once; running a
 * tile allocates nothing.
 */
public interface Kernel {
  /** A stable name for profiles and listings, such as {@code product_portable_bias_gelu}. */
  String name();

  int tiles();

  /**
   * Makes the scratch memory that tiles need; called once for each thread's scratch before any run.
   */
  default void reserve(Scratch scratch) {}

  /**
   * Computes a tile.
   *
   * @param arena the run's memory, laid out as the program says
   * @param scratch of the calling thread, reserved before
   */
  void run(int tile, MemorySegment arena, Scratch scratch);
}
