package dev.vitrine.engine.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.vitrine.compiler.plan.View;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A matrix of signed bytes cut into panels of columns. A panel holds four rows after four rows: of
 * each column its four bytes, or where they are words first a column's even two and then, for all
 * columns, the odd two, in 16 bits each. Panels are filled up with zeros. Behind all panels there
 * is for each column of each panel the sum of its bytes, in 32 bits.
 *
 * @param view [K, N]
 * @param width columns of a panel
 */
public record PackedBytes(View view, int width, boolean words) implements Packing {
  /** The rows that lie together. */
  public static final int GROUP = 4;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public PackedBytes {
    if (view.rank() != 2 || view.dtype() != DType.I8 || width < 1) {
      throw new IllegalArgumentException("panels of " + width + " for " + view);
    }
  }

  private int columns() {
    return Math.toIntExact(view.size(1));
  }

  /** How many groups of rows there are. */
  public int groups() {
    return Math.toIntExact(Math.ceilDiv(view.size(0), GROUP));
  }

  public int panels() {
    return Math.ceilDiv(columns(), width);
  }

  public long panelBytes() {
    long group = words ? 2L * GROUP : GROUP;
    return Math.multiplyExact(Math.multiplyExact((long) groups(), width), group);
  }

  /** Where the sum of a column is. */
  public long sum(int column) {
    return Math.addExact(panels() * panelBytes(), (long) column * Integer.BYTES);
  }

  @Override
  public long bytes() {
    long panel = Math.addExact(panelBytes(), (long) width * Integer.BYTES);
    return Math.multiplyExact((long) panels(), panel);
  }

  @Override
  public DType dtype() {
    return DType.I8;
  }

  @Override
  public Shape shape() {
    return Shape.of(bytes());
  }

  /** Where in the packed form an element is. */
  private long place(int row, int column) {
    int lane = column % width;
    long group = (long) column / width * panelBytes();
    if (words) {
      long pair = (long) row / GROUP * 2 + row % 2;
      return group + (pair * width + lane) * 4 + row % GROUP / 2 * 2L;
    }
    return group + ((long) row / GROUP * width + lane) * GROUP + row % GROUP;
  }

  @Override
  public void pack(Tensor from, MemorySegment to) {
    int rows = Math.toIntExact(view.size(0));
    int[] sums = new int[panels() * width];
    byte[] row = new byte[columns()];
    for (int k = 0; k < rows; k++) {
      read(from, k, row);
      for (int c = 0; c < row.length; c++) {
        sums[c] += row[c];
        if (words) {
          to.set(SHORT, place(k, c), row[c]);
        } else {
          to.set(JAVA_BYTE, place(k, c), row[c]);
        }
      }
    }
    for (int c = 0; c < sums.length; c++) {
      to.set(INT, sum(c), sums[c]);
    }
  }

  private void read(Tensor from, int k, byte[] row) {
    long at = view.offset() + k * view.stride(0);
    if (view.stride(1) == 1) {
      MemorySegment.copy(from.data(), JAVA_BYTE, at, row, 0, row.length);
      return;
    }
    for (int c = 0; c < row.length; c++) {
      row[c] = from.data().get(JAVA_BYTE, at + c * view.stride(1));
    }
  }

  @Override
  public void unpack(MemorySegment from, Tensor to) {
    for (int k = 0; k < view.size(0); k++) {
      for (int c = 0; c < columns(); c++) {
        // A word's low byte comes first.
        byte x = from.get(JAVA_BYTE, place(k, c));
        to.data().set(JAVA_BYTE, view.offset() + k * view.stride(0) + c * view.stride(1), x);
      }
    }
  }
}
