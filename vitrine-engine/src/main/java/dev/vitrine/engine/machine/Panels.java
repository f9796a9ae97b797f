package dev.vitrine.engine.machine;

import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Constant matrices cut into panels of columns, each stored row by row and filled up with zeros. */
final class Panels {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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

  /** Where the element of a constant for that matrix, row and column is, in its flat data. */
  @FunctionalInterface
  interface Source {
    long of(int matrix, int row, int column);
  }

  static Panels pack(Tensor data, int matrices, int rows, int columns, int width, Source source, Constants constants) {
    int count = Math.ceilDiv(columns, width);
    long bytes = Math.multiplyExact(Math.multiplyExact((long) matrices * count, (long) rows * width), (long) Float.BYTES);
    MemorySegment memory = constants.memory().allocate(Math.max(Float.BYTES, bytes), Program.ALIGNMENT);
    MemorySegment from = data.dtype() == DType.F32 ? data.data() : MemorySegment.ofArray(data.toFloats());
    long to = 0;
    for (int m = 0; m < matrices; m++) {
      for (int first = 0; first < columns; first += width) {
        int n = Math.min(width, columns - first);
        for (int r = 0; r < rows; r++, to += (long) width * Float.BYTES) {
          row(from, source, m, r, first, n, memory, to);
        }
      }
    }
    return new Panels(memory, matrices, rows, width, count);
  }

  private static void row(MemorySegment from, Source source, int m, int r, int first, int n, MemorySegment to, long at) {
    long start = source.of(m, r, first);
    if (source.of(m, r, first + n - 1) == start + n - 1) {
      MemorySegment.copy(from, start * Float.BYTES, to, at, (long) n * Float.BYTES);
      return;
    }
    for (int j = 0; j < n; j++) {
      to.set(FLOAT, at + (long) j * Float.BYTES, from.get(FLOAT, source.of(m, r, first + j) * Float.BYTES));
    }
  }

  /** A constant vector, filled up with zeros to whole panels. */
  static MemorySegment vector(View v, int width, Constants constants) {
    int n = Math.toIntExact(v.count());
    MemorySegment out = constants.memory().allocate((long) Math.ceilDiv(n, width) * width * Float.BYTES, Program.ALIGNMENT);
    Tensor t = constants.tensor(v);
    for (int i = 0; i < n; i++) {
      out.setAtIndex(FLOAT, i, (float) t.real(v.offset() + i * v.stride(-1)));
    }
    return out;
  }

  /** One number, to be pointed to. */
  static MemorySegment number(float value, Constants constants) {
    MemorySegment out = constants.memory().allocate(Float.BYTES, Program.ALIGNMENT);
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
