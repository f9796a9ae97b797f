package dev.vitrine.engine.generated;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.vitrine.compiler.plan.Rows;
import dev.vitrine.engine.kernel.Constants;
import java.lang.foreign.MemorySegment;

/** Where picked rows start, as generated functions read it: an offset in bytes for each. */
final class RowIndex {
  private RowIndex() {}

  /**
   * @param stride from one row to the next, in bytes
   */
  static MemorySegment of(Rows rows, long stride, Constants constants) {
    MemorySegment out = constants.allocate((long) rows.count() * Long.BYTES);
    for (int i = 0; i < rows.count(); i++) {
      out.setAtIndex(JAVA_LONG, i, rows.index()[i] * stride);
    }
    return out;
  }

  /** The address of the entry of a row. */
  static long address(MemorySegment index, long row) {
    return index.address() + row * Long.BYTES;
  }
}
