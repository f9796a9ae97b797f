package dev.vitrine.engine.generated;

import dev.vitrine.engine.machine.Machine;

/**
 * How a product is cut into tiles: blocks of rows by blocks of panels, small enough for a core's
 * second cache and so many that threads share them evenly. Blocks differ by a unit of rows or a
 * panel at most. What follows in the order of tiles uses what is in the cache.
 *
 * @param unit rows that go together
 * @param rowBlocks how many blocks rows are cut into
 * @param panelBlocks how many blocks panels are cut into
 * @param panelsInner whether all panels pass by a block of rows before the next one's turn
 */
record Tiling(int rows, int panels, int unit, int rowBlocks, int panelBlocks, boolean panelsInner) {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
  private static final int ENOUGH = 12 * PROCESSORS;

  /** So many tiles of rows that a panel is used long enough for the next to be fetched. */
  private static final int LEAST_UNITS = 8;

  /** So many that the panels that pass by don't keep them waiting. */
  private static final int LEAST_WHOLE_UNITS = 4;

  private static final long LEFT_BYTES = 96 << 10;

  /** A second cache to reckon with where its size isn't known. */
  private static final long USUAL_CACHE = 512 << 10;

  private static long cache() {
    return Machine.host().l2() > 0 ? Machine.host().l2() : USUAL_CACHE;
  }

  /**
   * @param batches how often the product is done
   * @param unit rows that the kernel takes at once
   */
  static Tiling of(
      int batches, int rows, int panels, int unit, long leftRowBytes, long panelBytes) {
    long cache = cache();
    int most = Math.max(1, Math.ceilDiv(rows, unit));
    int shares = Math.clamp(most / LEAST_UNITS, 1, PROCESSORS);
    // Each processor's share of the left side stays in its cache and panels pass by; or some panels
    // stay there while the left side and the result pass by.
    boolean leftStays = rows * leftRowBytes <= shares * (cache * 2 / 5);
    int rowBlocks =
        leftStays
            ? shares
            : Math.ceilDiv(
                most, Math.clamp(LEFT_BYTES / Math.max(1, leftRowBytes * unit), 1, most));
    int panelBlocks =
        leftStays
            ? Math.max(1, panels)
            : Math.ceilDiv(
                panels,
                Math.clamp(cache * 3 / 8 / Math.max(1, panelBytes), 1, Math.max(1, panels)));
    while ((long) batches * rowBlocks * panelBlocks < ENOUGH
        && (rowBlocks < most || panelBlocks < panels)) {
      if (rowBlocks < most) {
        rowBlocks = Math.min(most, 2 * rowBlocks);
      } else {
        panelBlocks = Math.min(panels, 2 * panelBlocks);
      }
    }
    return new Tiling(rows, panels, unit, shared(rowBlocks, most), panelBlocks, leftStays);
  }

  /** As many blocks or a few more, so that each processor gets as many. */
  private static int shared(int blocks, int most) {
    int even = Math.ceilDiv(blocks, PROCESSORS) * PROCESSORS;
    return blocks == 1 || even > most ? blocks : even;
  }

  /**
   * Rows that stay in a core's cache while panels pass by, for matrix registers on floats: a tile's
   * rows are made ready anew where the tile before had others.
   *
   * @param unit rows that the kernel takes at once
   * @param leftRowBytes of a row that is made ready
   * @param whole whether a row is never kept ready for the next tile, so that it meets all panels
   */
  static Tiling ofMatrices(int rows, int panels, int unit, long leftRowBytes, boolean whole) {
    int most = Math.max(1, Math.ceilDiv(rows, unit));
    int fit = Math.clamp(cache() / 3 / (leftRowBytes * unit), 1, most);
    int rowBlocks = Math.ceilDiv(most, fit);
    if (whole) {
      int enough = Math.clamp(most / LEAST_WHOLE_UNITS, 1, 4 * PROCESSORS);
      rowBlocks = Math.max(rowBlocks, enough);
    }
    rowBlocks = shared(rowBlocks, most);
    int wanted = whole ? Math.ceilDiv(PROCESSORS, rowBlocks) : Math.ceilDiv(2 * ENOUGH, rowBlocks);
    int panelBlocks = Math.clamp(wanted, 1, Math.max(1, panels));
    return new Tiling(rows, panels, unit, rowBlocks, panelBlocks, true);
  }

  /**
   * Blocks of rows with all panels, or where those are too few with some: for matrix registers,
   * which take 32 rows at once and four panels' sums with them.
   */
  static Tiling ofPieces(int rows, int panels) {
    int rowBlock = 64;
    int panelBlock = Math.max(1, panels);
    Tiling t = ofBlocks(rows, panels, rowBlock, panelBlock);
    while (t.count() < 4 * PROCESSORS && (rowBlock > 32 || panelBlock > 4)) {
      if (rowBlock > 32) {
        rowBlock = 32;
      } else {
        panelBlock = Math.max(4, (panelBlock + 1) / 2);
      }
      t = ofBlocks(rows, panels, rowBlock, panelBlock);
    }
    return t;
  }

  /** Blocks of rows with all panels: for rows that have to be complete. */
  static Tiling ofRows(int rows, int panels, int rowBlock) {
    return ofBlocks(rows, panels, rowBlock, Math.max(1, panels));
  }

  private static Tiling ofBlocks(int rows, int panels, int rowBlock, int panelBlock) {
    return new Tiling(
        rows,
        panels,
        rowBlock,
        Math.ceilDiv(rows, rowBlock),
        Math.ceilDiv(panels, panelBlock),
        true);
  }

  int count() {
    return rowBlocks * panelBlocks;
  }

  /** The rows of the largest block. */
  int rowBlock() {
    return rowBlocks == 0 ? 0 : Math.ceilDiv(Math.ceilDiv(rows, unit), rowBlocks) * unit;
  }

  /** The panels of the largest block. */
  int panelBlock() {
    return panelBlocks == 0 ? 0 : Math.ceilDiv(panels, panelBlocks);
  }

  private int row(int block) {
    int units = Math.ceilDiv(rows, unit);
    return Math.min(rows, (int) ((long) units * block / rowBlocks) * unit);
  }

  private int panel(int block) {
    return (int) ((long) panels * block / panelBlocks);
  }

  private int rowBlock(int tile) {
    return panelsInner ? tile / panelBlocks : tile % rowBlocks;
  }

  private int panelBlock(int tile) {
    return panelsInner ? tile % panelBlocks : tile / rowBlocks;
  }

  int firstRow(int tile) {
    return row(rowBlock(tile));
  }

  int rows(int tile) {
    return row(rowBlock(tile) + 1) - firstRow(tile);
  }

  int firstPanel(int tile) {
    return panel(panelBlock(tile));
  }

  int panels(int tile) {
    return panel(panelBlock(tile) + 1) - firstPanel(tile);
  }
}
