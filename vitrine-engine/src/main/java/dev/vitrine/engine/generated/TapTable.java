package dev.vitrine.engine.generated;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.vitrine.engine.gen.WeightedSum;
import java.lang.foreign.MemorySegment;

/** A table of taps for {@link WeightedSum}, written one after another. */
final class TapTable {
  private TapTable() {}

  /** The bytes of that many taps. */
  static long bytes(long taps) {
    return Math.multiplyExact(Math.max(1, taps), (long) WeightedSum.TAP);
  }

  /**
   * @param weight the address of the weights, or the bits of the one weight
   */
  static void set(MemorySegment table, long tap, long offset, long weight) {
    table.setAtIndex(JAVA_LONG, 2 * tap, offset);
    table.setAtIndex(JAVA_LONG, 2 * tap + 1, weight);
  }
}
