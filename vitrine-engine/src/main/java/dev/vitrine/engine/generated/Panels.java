package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Constant matrices cut into panels of columns, each stored row by row and filled up with zeros.
 */
final class Panels {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment memory;
  private final int matrices;
  private final int rows;
  private final int width;
  private final int count;

  private Panels(MemorySegment memory, int matrices, int rows, int width, int count) {
    this.memory = memory;
    this.matrices = matrices;
    this.rows = rows;
    this.width = width;
    this.count = count;
  }

  /**
   * Packs matrices: the element at a row and column of one is at {@code matrix[m] + row[r] +
   * column[c]} of the constant's flat data.
   */
  static Panels pack(
      Tensor data, long[] matrix, long[] row, long[] column, int width, Constants constants) {
    int count = Math.ceilDiv(column.length, width);
    long bytes =
        Math.multiplyExact(
            Math.multiplyExact((long) matrix.length * count, (long) row.length * width),
            (long) Float.BYTES);
    MemorySegment memory = constants.allocate(bytes);
    MemorySegment from =
        data.dtype() == DType.F32 ? data.data() : MemorySegment.ofArray(data.toFloats());
    long to = 0;
    for (long start : matrix) {
      for (int first = 0; first < column.length; first += width) {
        int n = Math.min(width, column.length - first);
        if (column[first + n - 1] == column[first] + n - 1) {
          copyRows(from, start + column[first], row, n, memory, to, width);
        } else {
          for (int c = 0; c < n; c++) {
            copyColumn(
                from, start + column[first + c], row, memory, to + (long) c * Float.BYTES, width);
          }
        }
        to += (long) row.length * width * Float.BYTES;
      }
    }
    return new Panels(memory, matrix.length, row.length, width, count);
  }

  private static void copyRows(
      MemorySegment from, long start, long[] row, int n, MemorySegment memory, long to, int width) {
    for (int r = 0; r < row.length; r++) {
      long at = to + (long) r * width * Float.BYTES;
      MemorySegment.copy(from, (start + row[r]) * Float.BYTES, memory, at, (long) n * Float.BYTES);
    }
  }

  private static void copyColumn(
      MemorySegment from, long start, long[] row, MemorySegment memory, long to, int width) {
    for (int r = 0; r < row.length; r++) {
      memory.set(
          FLOAT,
          to + (long) r * width * Float.BYTES,
          from.get(FLOAT, (start + row[r]) * Float.BYTES));
    }
  }

  /** Offsets of n elements that are a stride apart. */
  static long[] offsets(int n, long stride) {
    long[] out = new long[n];
    for (int i = 0; i < n; i++) {
      out[i] = i * stride;
    }
    return out;
  }

  /** A constant vector, filled up with zeros to whole panels. */
  static MemorySegment vector(View v, int width, Constants constants) {
    int n = Math.toIntExact(v.count());
    MemorySegment out = constants.allocate((long) Math.ceilDiv(n, width) * width * Float.BYTES);
    Tensor t = constants.tensor(v);
    for (int i = 0; i < n; i++) {
      out.setAtIndex(FLOAT, i, (float) t.real(v.offset() + i * v.stride(-1)));
    }
    return out;
  }

  /** One number, to be pointed to. */
  static MemorySegment number(float value, Constants constants) {
    MemorySegment out = constants.allocate(Float.BYTES);
    out.set(FLOAT, 0, value);
    return out;
  }

  int matrices() {
    return matrices;
  }

  long address(int matrix, int panel) {
    return memory.address() + ((long) matrix * count + panel) * rows * width * Float.BYTES;
  }
}
