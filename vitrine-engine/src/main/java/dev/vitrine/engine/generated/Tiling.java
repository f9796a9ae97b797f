package dev.vitrine.engine.generated;

import dev.vitrine.engine.machine.Machine;

/**
 * How a product is cut into tiles: blocks of rows by blocks of panels, small enough for a core's
 * second cache and so many that threads share them evenly. What follows in the order of tiles uses
 * what is in the cache.
 *
 * @param rowBlock rows of a block
 * @param panelBlock panels of a block
 * @param panelsInner whether all panels pass by a block of rows before the next one's turn
 */
record Tiling(int rows, int panels, int rowBlock, int panelBlock, boolean panelsInner) {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
  private static final int ENOUGH = 12 * PROCESSORS;

  /** So many tiles of rows that a panel is used long enough for the next to be fetched. */
  private static final int LEAST_UNITS = 8;

  private static final long LEFT_BYTES = 96 << 10;

  /** A second cache to reckon with where its size isn't known. */
  private static final long USUAL_CACHE = 512 << 10;

  /**
   * @param batches how often the product is done
   * @param unit rows that the kernel takes at once
   */
  static Tiling of(
      int batches, int rows, int panels, int unit, long leftRowBytes, long panelBytes) {
    long cache = Machine.host().l2() > 0 ? Machine.host().l2() : USUAL_CACHE;
    int most = Math.max(1, Math.ceilDiv(rows, unit));
    int shares = Math.clamp(most / LEAST_UNITS, 1, PROCESSORS);
    // Each processor's share of the left side stays in its cache and panels pass by; or some panels
    // stay there while the left side and the result pass by.
    boolean leftStays = rows * leftRowBytes <= shares * (cache * 2 / 5);
    int units =
        leftStays
            ? Math.ceilDiv(most, shares)
            : Math.clamp(LEFT_BYTES / Math.max(1, leftRowBytes * unit), 1, most);
    int panelBlock =
        leftStays ? 1 : Math.clamp(cache * 3 / 8 / Math.max(1, panelBytes), 1, Math.max(1, panels));
    panelBlock = even(panels, panelBlock);
    Tiling t = new Tiling(rows, panels, units * unit, panelBlock, leftStays);
    while ((long) batches * t.count() < ENOUGH && (units > 1 || panelBlock > 1)) {
      if (units > 1) {
        units = (units + 1) / 2;
      } else {
        panelBlock = (panelBlock + 1) / 2;
      }
      t = new Tiling(rows, panels, units * unit, panelBlock, leftStays);
    }
    return t;
  }

  /**
   * Blocks of rows with all panels, or where those are too few with some: for matrix registers,
   * which take 32 rows at once and four panels' sums with them.
   */
  static Tiling ofPieces(int rows, int panels) {
    int rowBlock = 64;
    int panelBlock = Math.max(1, panels);
    Tiling t = new Tiling(rows, panels, rowBlock, panelBlock, true);
    while (t.count() < 4 * PROCESSORS && (rowBlock > 32 || panelBlock > 4)) {
      if (rowBlock > 32) {
        rowBlock = 32;
      } else {
        panelBlock = Math.max(4, (panelBlock + 1) / 2);
      }
      t = new Tiling(rows, panels, rowBlock, panelBlock, true);
    }
    return t;
  }

  /** Blocks of rows with all panels: for rows that have to be complete. */
  static Tiling ofRows(int rows, int panels, int rowBlock) {
    return new Tiling(rows, panels, rowBlock, Math.max(1, panels), true);
  }

  /** At most that many at once, and no part much smaller than the others. */
  private static int even(int all, int most) {
    return Math.max(1, Math.ceilDiv(all, Math.max(1, Math.ceilDiv(all, most))));
  }

  private int rowBlocks() {
    return Math.ceilDiv(rows, rowBlock);
  }

  private int panelBlocks() {
    return Math.ceilDiv(panels, panelBlock);
  }

  int count() {
    return rowBlocks() * panelBlocks();
  }

  int firstRow(int tile) {
    return (panelsInner ? tile / panelBlocks() : tile % rowBlocks()) * rowBlock;
  }

  int rows(int tile) {
    return Math.min(rowBlock, rows - firstRow(tile));
  }

  int firstPanel(int tile) {
    return (panelsInner ? tile % panelBlocks() : tile / rowBlocks()) * panelBlock;
  }

  int panels(int tile) {
    return Math.min(panelBlock, panels - firstPanel(tile));
  }
}
