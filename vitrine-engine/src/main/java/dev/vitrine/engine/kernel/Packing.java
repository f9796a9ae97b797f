package dev.vitrine.engine.kernel;

import dev.vitrine.compiler.plan.View;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * An order that a kernel wants a constant's elements in. Packings are values: a kernel states one,
 * and {@link Constants#packed} gives memory in that order, made now or read from a file. What a
 * packing puts where is part of the layout of {@code .vitrine} files.
 */
public sealed interface Packing permits Packing.Panels, Packing.PartPanels, PackedBytes {
  /** The elements, of one constant. */
  View view();

  /** The bytes of the packed form. */
  long bytes();

  /** The packed form as a tensor's shape and type. */
  DType dtype();

  Shape shape();

  /**
   * Packs a constant.
   *
   * @param from the constant that the view looks at
   * @param to zeroed, of {@link #bytes()}, for any thread to write to
   */
  void pack(Tensor from, MemorySegment to);

  /** The inverse, for a packing that {@link #isWhole is whole}: {@code to} is the constant. */
  void unpack(MemorySegment from, Tensor to);

  /** Whether each element of the constant is in the view just once, so that none is lost. */
  default boolean isWhole(long elements) {
    View v = view();
    long step = 1;
    // Innermost first: each axis goes on where those inside it end.
    for (int found = 0; found < v.rank(); found++) {
      for (int axis = 0; axis < v.rank(); axis++) {
        if (v.size(axis) != 1 && v.stride(axis) == step) {
          step *= v.size(axis);
          break;
        }
      }
    }
    return v.offset() == 0 && v.count() == elements && step == elements;
  }

  /**
   * Matrices of floats cut into panels of columns, each panel stored row by row and filled up with
   * zeros.
   *
   * @param view its first axes count matrices, the last one columns, those between rows
   * @param matrixAxes how many axes count matrices
   * @param width columns of a panel
   */
  record Panels(View view, int matrixAxes, int width) implements Packing {
    private static final ValueLayout.OfFloat FLOAT =
        ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public Panels {
      if (matrixAxes < 0 || matrixAxes >= view.rank() || width < 1) {
        throw new IllegalArgumentException(
            matrixAxes + " axes of matrices and panels of " + width + " for " + view);
      }
    }

    public int matrices() {
      return Math.toIntExact(view.count(0, matrixAxes));
    }

    public int rows() {
      return Math.toIntExact(view.count(matrixAxes, view.rank() - 1));
    }

    public int columns() {
      return Math.toIntExact(view.size(-1));
    }

    /** The panels of a matrix. */
    public int panels() {
      return Math.ceilDiv(columns(), width);
    }

    public long panelBytes() {
      return Math.multiplyExact((long) rows() * width, (long) Float.BYTES);
    }

    @Override
    public long bytes() {
      return Math.multiplyExact(Math.multiplyExact((long) matrices(), panels()), panelBytes());
    }

    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public Shape shape() {
      return Shape.of(matrices(), panels(), rows(), width);
    }

    @Override
    public void pack(Tensor from, MemorySegment to) {
      MemorySegment floats =
          from.dtype() == DType.F32 ? from.data() : MemorySegment.ofArray(from.toFloats());
      long[] row = offsets(matrixAxes, view.rank() - 1);
      long at = 0;
      for (long matrix : offsets(0, matrixAxes)) {
        for (int first = 0; first < columns(); first += width, at += panelBytes()) {
          int n = Math.min(width, columns() - first);
          long start = view.offset() + matrix + first * view.stride(-1);
          if (view.stride(-1) == 1) {
            for (int r = 0; r < row.length; r++) {
              MemorySegment.copy(floats, (start + row[r]) * 4, to, at + r * (width * 4L), n * 4L);
            }
          } else {
            transpose(floats, start, row, n, to, at);
          }
        }
      }
    }

    private void transpose(
        MemorySegment from, long start, long[] row, int n, MemorySegment to, long at) {
      for (int c = 0; c < n; c++) {
        long column = start + c * view.stride(-1);
        long out = at + c * 4L;
        for (int r = 0; r < row.length; r++) {
          to.set(FLOAT, out + r * (width * 4L), from.get(FLOAT, (column + row[r]) * 4));
        }
      }
    }

    @Override
    public void unpack(MemorySegment from, Tensor to) {
      long[] row = offsets(matrixAxes, view.rank() - 1);
      long at = 0;
      for (long matrix : offsets(0, matrixAxes)) {
        for (int first = 0; first < columns(); first += width, at += panelBytes()) {
          int n = Math.min(width, columns() - first);
          for (int r = 0; r < row.length; r++) {
            long start = view.offset() + matrix + row[r] + first * view.stride(-1);
            for (int c = 0; c < n; c++) {
              float x = from.get(FLOAT, at + (r * (long) width + c) * 4);
              to.data().set(FLOAT, (start + c * view.stride(-1)) * 4, x);
            }
          }
        }
      }
    }

    private long[] offsets(int axis, int end) {
      return Packing.offsets(view, axis, end);
    }
  }

  /**
   * A matrix of floats in panels of columns for matrix registers, which multiply bfloat16: each
   * float as three of them whose sum it is. The first is the nearest to it, of two as near the
   * larger one; the second is the nearest to what is left, the third is what is left then.
   *
   * <p>A panel has {@link #WIDTH} columns, the last one filled up with zeros, and for each {@link
   * #DEPTH} rows, filled up likewise, three parts of two matrices, of the left and the right
   * columns. The i-th row of a matrix has for each column the pair of the rows i and i + 16.
   *
   * @param view its last axis counts columns, the others rows
   */
  record PartPanels(View view) implements Packing {
    public static final int WIDTH = 32;
    public static final int DEPTH = 32;
    private static final int PARTS = 3;
    private static final int HALF = 16;
    private static final int MATRIX = HALF * WIDTH;
    private static final int STEP = PARTS * 2 * MATRIX;
    private static final ValueLayout.OfFloat FLOAT =
        ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
        ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public PartPanels {
      if (view.rank() < 1) {
        throw new IllegalArgumentException("no columns in " + view);
      }
    }

    private int rows() {
      return Math.toIntExact(view.count(0, view.rank() - 1));
    }

    private int columns() {
      return Math.toIntExact(view.size(-1));
    }

    private int steps() {
      return Math.ceilDiv(rows(), DEPTH);
    }

    private int panels() {
      return Math.ceilDiv(columns(), WIDTH);
    }

    public long panelBytes() {
      return Math.multiplyExact((long) steps() * STEP, (long) Short.BYTES);
    }

    @Override
    public long bytes() {
      return Math.multiplyExact(panels(), panelBytes());
    }

    @Override
    public DType dtype() {
      return DType.BF16;
    }

    @Override
    public Shape shape() {
      return Shape.of(panels(), steps(), PARTS, 2, HALF, WIDTH);
    }

    @Override
    public void pack(Tensor from, MemorySegment to) {
      MemorySegment floats =
          from.dtype() == DType.F32 ? from.data() : MemorySegment.ofArray(from.toFloats());
      long[] row = offsets(view, 0, view.rank() - 1);
      IntStream.range(0, panels()).parallel().forEach(panel -> pack(floats, row, panel, to));
    }

    private void pack(MemorySegment floats, long[] row, int panel, MemorySegment to) {
      int n = Math.min(WIDTH, columns() - panel * WIDTH);
      long stride = view.stride(-1);
      long start = view.offset() + panel * WIDTH * stride;
      short[] step = new short[STEP];
      float[] line = new float[WIDTH];
      for (int s = 0; s < steps(); s++) {
        Arrays.fill(step, (short) 0);
        for (int r = 0; r < Math.min(DEPTH, row.length - s * DEPTH); r++) {
          long first = start + row[s * DEPTH + r];
          if (stride == 1) {
            MemorySegment.copy(floats, FLOAT, first * 4, line, 0, n);
          } else {
            for (int c = 0; c < n; c++) {
              line[c] = floats.get(FLOAT, (first + c * stride) * 4);
            }
          }
          split(line, n, step, r);
        }
        long at = panel * panelBytes() + (long) s * STEP * Short.BYTES;
        MemorySegment.copy(step, 0, to, SHORT, at, STEP);
      }
    }

    /** Where in a step the first part of an element is. */
    private static int place(int row, int column) {
      return column / HALF * MATRIX + row % HALF * WIDTH + column % HALF * 2 + row / HALF;
    }

    /** Puts the parts of a row's elements in their places in a step. */
    private static void split(float[] line, int n, short[] step, int row) {
      for (int c = 0; c < n; c++) {
        float left = line[c];
        int at = place(row, c);
        for (int i = 0; i < PARTS; i++) {
          int bits = Float.floatToRawIntBits(left);
          int part = (i < PARTS - 1 ? bits + 0x8000 : bits) & 0xffff0000;
          step[at + i * 2 * MATRIX] = (short) (part >> 16);
          left -= Float.intBitsToFloat(part);
        }
      }
    }

    @Override
    public void unpack(MemorySegment from, Tensor to) {
      long[] row = offsets(view, 0, view.rank() - 1);
      for (int r = 0; r < row.length; r++) {
        for (int c = 0; c < columns(); c++) {
          long at =
              c / WIDTH * panelBytes()
                  + ((long) r / DEPTH * STEP + place(r % DEPTH, c % WIDTH)) * Short.BYTES;
          float sum = 0;
          for (int i = PARTS - 1; i >= 0; i--) {
            int bits = from.get(SHORT, at + i * 2L * MATRIX * Short.BYTES) << 16;
            sum += Float.intBitsToFloat(bits);
          }
          to.data().set(FLOAT, (view.offset() + row[r] + c * view.stride(-1)) * 4, sum);
        }
      }
    }
  }

  /** Where a view's row-major elements over some axes lie, from its start. */
  private static long[] offsets(View view, int axis, int end) {
    long[] out = new long[Math.toIntExact(view.count(axis, end))];
    for (int i = 0; i < out.length; i++) {
      int rest = i;
      for (int a = end - 1; a >= axis; a--) {
        int size = Math.toIntExact(view.size(a));
        out[i] += rest % size * view.stride(a);
        rest /= size;
      }
    }
    return out;
  }
}
