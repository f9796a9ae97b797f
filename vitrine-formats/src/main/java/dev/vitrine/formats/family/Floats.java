package dev.vitrine.formats.family;

import dev.vitrine.formats.FormatException;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;

/** Copies of weights as float32 outside the heap, freed when nobody refers to them. */
final class Floats {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The rows that are transposed together. */
  private static final int ROWS = 64;

  /** The largest float that rounds to a finite f16. */
  private static final float MAX_F16 = 65_519.996f;

  private static final int CHUNK = 1 << 14;

  private Floats() {}

  /** Tensors one after another under one shape; the tensor itself when it is one of float32. */
  static Tensor joined(List<Tensor> parts, Shape shape) {
    if (parts.size() == 1 && parts.getFirst().dtype() == DType.F32) {
      return parts.getFirst();
    }
    MemorySegment out = allocate(shape);
    float[] chunk = new float[CHUNK];
    long at = 0;
    for (Tensor t : parts) {
      for (long from = 0; from < t.count(); from += CHUNK) {
        int n = (int) Math.min(CHUNK, t.count() - from);
        read(t, from, chunk, 0, n);
        MemorySegment.copy(chunk, 0, out, FLOAT, at * 4, n);
        at += n;
      }
    }
    return Tensor.of(DType.F32, shape, out);
  }

  /** Matrices of equal width one below the other, transposed. */
  static Tensor transposed(List<Tensor> parts) {
    int columns = Math.toIntExact(parts.getFirst().size(1));
    long rows = parts.stream().mapToLong(t -> t.size(0)).sum();
    Shape shape = Shape.of(columns, rows);
    MemorySegment out = allocate(shape);
    long done = 0;
    for (Tensor t : parts) {
      long before = done;
      IntStream.range(0, Math.toIntExact(Math.ceilDiv(t.size(0), ROWS)))
          .parallel()
          .forEach(block -> transpose(t, (long) block * ROWS, out, before, rows));
      done += t.size(0);
    }
    return Tensor.of(DType.F32, shape, out);
  }

  /** Some rows from {@code first} on as columns, behind {@code before} others, of {@code all}. */
  private static void transpose(Tensor t, long first, MemorySegment out, long before, long all) {
    int columns = Math.toIntExact(t.size(1));
    int n = (int) Math.min(ROWS, t.size(0) - first);
    float[] block = new float[Math.multiplyExact(n, columns)];
    read(t, first * columns, block, 0, block.length);
    float[] column = new float[n];
    for (int c = 0; c < columns; c++) {
      for (int i = 0, at = c; i < n; i++, at += columns) {
        column[i] = block[at];
      }
      MemorySegment.copy(column, 0, out, FLOAT, (c * all + before + first) * 4, n);
    }
  }

  /** Elements of any type as floats. */
  static void read(Tensor t, long from, float[] to, int at, int n) {
    MemorySegment data = t.data();
    switch (t.dtype()) {
      case F32 -> MemorySegment.copy(data, FLOAT, from * 4, to, at, n);
      case F16 -> {
        short[] bits = shorts(data, from, n);
        for (int i = 0; i < n; i++) {
          to[at + i] = Float.float16ToFloat(bits[i]);
        }
      }
      case BF16 -> {
        short[] bits = shorts(data, from, n);
        for (int i = 0; i < n; i++) {
          to[at + i] = Tensor.bf16ToFloat(bits[i]);
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          to[at + i] = (float) t.real(from + i);
        }
      }
    }
  }

  private static short[] shorts(MemorySegment data, long from, int n) {
    short[] out = new short[n];
    MemorySegment.copy(data, SHORT, from * 2, out, 0, n);
    return out;
  }

  /**
   * Float32 rounded to another floating type.
   *
   * @param what the tensor, for the error when a value is too large for the type
   */
  static Tensor rounded(Tensor t, DType dtype, String what) {
    if (dtype == DType.F32) {
      return t;
    }
    MemorySegment out = Arena.ofAuto().allocate(new TensorType(dtype, t.shape()).bytes(), 64);
    float[] chunk = new float[CHUNK];
    for (long from = 0; from < t.count(); from += CHUNK) {
      int n = (int) Math.min(CHUNK, t.count() - from);
      read(t, from, chunk, 0, n);
      for (int i = 0; i < n; i++) {
        boolean half = dtype == DType.F16;
        if (half && Math.abs(chunk[i]) > MAX_F16 && !Float.isInfinite(chunk[i])) {
          throw new FormatException(what + " has values too large for f16; use bf16 or f32");
        }
        short bits = half ? Float.floatToFloat16(chunk[i]) : Tensor.floatToBf16(chunk[i]);
        out.set(SHORT, (from + i) * 2, bits);
      }
    }
    return Tensor.of(dtype, t.shape(), out);
  }

  private static MemorySegment allocate(Shape shape) {
    return Arena.ofAuto().allocate(new TensorType(DType.F32, shape).bytes(), 64);
  }
}
