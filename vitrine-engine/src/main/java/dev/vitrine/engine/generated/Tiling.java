package dev.vitrine.engine.generated;

import dev.vitrine.engine.machine.Machine;

/**
 * How a product is cut into tiles: blocks of rows by blocks of panels, small enough for a core's
 * second cache and so many that threads share them evenly.
 *
 * @param rowBlock rows of a block
 * @param panelBlock panels of a block
 */
record Tiling(int rows, int panels, int rowBlock, int panelBlock) {
  private static final long LEFT_BYTES = 96 << 10;
  private static final int ENOUGH = 64;

  /** A second cache to reckon with where its size isn't known. */
  private static final long USUAL_CACHE = 512 << 10;

  /**
   * @param batches how often the product is done
   * @param unit rows that the kernel takes at once
   */
  static Tiling of(
      int batches, int rows, int panels, int unit, long leftRowBytes, long panelBytes) {
    long cache = Machine.host().l2() > 0 ? Machine.host().l2() : USUAL_CACHE;
    // The right side stays in the cache while the left side and the result pass by.
    int panelBlock = Math.clamp(cache * 3 / 8 / Math.max(1, panelBytes), 1, Math.max(1, panels));
    int units =
        Math.clamp(
            LEFT_BYTES / Math.max(1, leftRowBytes * unit),
            1,
            Math.max(1, Math.ceilDiv(rows, unit)));
    Tiling t = new Tiling(rows, panels, units * unit, panelBlock);
    while ((long) batches * t.count() < ENOUGH && (units > 1 || panelBlock > 1)) {
      if (units > 1) {
        units = (units + 1) / 2;
      } else {
        panelBlock = (panelBlock + 1) / 2;
      }
      t = new Tiling(rows, panels, units * unit, panelBlock);
    }
    return t;
  }

  int rowBlocks() {
    return Math.ceilDiv(rows, rowBlock);
  }

  int count() {
    return rowBlocks() * Math.ceilDiv(panels, panelBlock);
  }

  int firstRow(int tile) {
    return tile % rowBlocks() * rowBlock;
  }

  int rows(int tile) {
    return Math.min(rowBlock, rows - firstRow(tile));
  }

  int firstPanel(int tile) {
    return tile / rowBlocks() * panelBlock;
  }

  int panels(int tile) {
    return Math.min(panelBlock, panels - firstPanel(tile));
  }
}
