package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.kernel.Constants;
import java.lang.foreign.MemorySegment;

/** Where rows of floats go: to their place, or to a thread's memory to become codes. */
final class RowsOut {
  private static final int AREA = 1;

  private final Place place;
  private final Quantizer quantizer;
  private final long stride;

  private RowsOut(Place place, Quantizer quantizer, long stride) {
    this.place = place;
    this.quantizer = quantizer;
    this.stride = stride;
  }

  /**
   * @param out a matrix
   * @param made what its rows become; null where they stay floats
   */
  static RowsOut of(View out, Quantizer made, Constants constants) {
    if (made == null) {
      Place place = new Place(out, constants);
      return new RowsOut(place, null, place.stride(0));
    }
    return new RowsOut(null, made, out.size(1) * Float.BYTES);
  }

  boolean makesCodes() {
    return quantizer != null;
  }

  /** What a kernel's name says of it. */
  String suffix() {
    return makesCodes() ? "_codes" : "";
  }

  /**
   * @param rows the most that are made at once
   */
  void reserve(Block block, int rows) {
    if (makesCodes()) {
      block.reserve(AREA, Math.max(1, rows * stride));
    }
  }

  /** Where a kernel writes rows from that one on. */
  long at(MemorySegment arena, Block block, int row) {
    return makesCodes() ? block.area(AREA).address() : place.at(arena, row, 1);
  }

  long stride() {
    return stride;
  }

  /** What is to be done once whole rows are written. */
  void finish(MemorySegment arena, Block block, int row, int count) {
    if (makesCodes()) {
      quantizer.run(arena, block, at(arena, block, row), stride, row, count);
    }
  }
}
