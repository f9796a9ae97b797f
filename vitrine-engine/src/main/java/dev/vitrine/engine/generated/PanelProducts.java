package dev.vitrine.engine.generated;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.vitrine.engine.gen.PanelSums;
import dev.vitrine.engine.machine.Calls;
import dev.vitrine.engine.machine.LargePages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * Products of a matrix's columns with one another, in 64-bit floats and generated code. Safe for
 * several threads.
 */
public final class PanelProducts {
  /** Columns of a panel, which lie side by side, row after row. */
  public static final int COLUMNS = PanelSums.COLUMNS;

  /** Sums for each pair of other panels. */
  public static final int SUMS = PanelSums.SUMS;

  private static final long ALIGNMENT = 64;

  private static final class Host {
    static final MemorySegment CODE = HostCode.of(code -> code.load(new PanelSums()));
  }

  private final MemorySegment panels;
  private final int rows;

  private PanelProducts(MemorySegment panels, int rows) {
    this.panels = panels;
    this.rows = rows;
  }

  /**
   * Room for panels, of zeros.
   *
   * @return null where the machine has no code for it
   */
  public static PanelProducts of(int panels, int rows) {
    if (Host.CODE == null) {
      return null;
    }
    long bytes = Math.multiplyExact(8L * COLUMNS * rows, (long) panels);
    return new PanelProducts(new LargePages(Arena.ofAuto()).allocate(bytes, ALIGNMENT), rows);
  }

  /**
   * Fills a panel.
   *
   * @param columns row after row
   */
  public void put(int panel, double[] columns) {
    Objects.checkIndex(columns.length, COLUMNS * rows + 1);
    long at = 8L * COLUMNS * rows * panel;
    MemorySegment.copy(columns, 0, panels, JAVA_DOUBLE, at, columns.length);
  }

  /**
   * Sums the products of a panel's columns with those of others over all rows.
   *
   * @param first of the other panels
   * @param pairs of other panels
   * @return for each pair {@link #SUMS} numbers: for each column of the panel one for each of the
   *     pair's columns
   */
  public double[] sums(int panel, int first, int pairs) {
    long bytes = 8L * COLUMNS * rows;
    Objects.checkFromIndexSize(panel * bytes, bytes, panels.byteSize());
    Objects.checkFromIndexSize(first * bytes, 2 * pairs * bytes, panels.byteSize());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_DOUBLE, (long) SUMS * pairs);
      MemorySegment block = arena.allocate(JAVA_LONG, PanelSums.Arg.values().length);
      set(block, PanelSums.Arg.PANEL, panels.address() + panel * bytes);
      set(block, PanelSums.Arg.OTHERS, panels.address() + first * bytes);
      set(block, PanelSums.Arg.ROWS, rows);
      set(block, PanelSums.Arg.BYTES, bytes);
      set(block, PanelSums.Arg.PAIRS, pairs);
      set(block, PanelSums.Arg.OUT, out.address());
      Calls.call(Host.CODE, block);
      return out.toArray(JAVA_DOUBLE);
    } finally {
      Reference.reachabilityFence(panels);
    }
  }

  private static void set(MemorySegment block, PanelSums.Arg argument, long value) {
    block.setAtIndex(JAVA_LONG, argument.ordinal(), value);
  }
}
