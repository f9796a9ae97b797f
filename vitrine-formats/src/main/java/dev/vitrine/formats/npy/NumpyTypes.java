package dev.vitrine.formats.npy;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/** NumPy's names of element types, and its layouts of elements. */
public final class NumpyTypes {
  private static final Map<String, DType> BY_CODE =
      Map.ofEntries(
          Map.entry("f2", DType.F16),
          Map.entry("f4", DType.F32),
          Map.entry("f8", DType.F64),
          Map.entry("V2", DType.BF16),
          Map.entry("i1", DType.I8),
          Map.entry("u1", DType.U8),
          Map.entry("i2", DType.I16),
          Map.entry("u2", DType.U16),
          Map.entry("i4", DType.I32),
          Map.entry("u4", DType.U32),
          Map.entry("i8", DType.I64),
          Map.entry("u8", DType.U64),
          Map.entry("b1", DType.BOOL));

  private NumpyTypes() {}

  /** The type of a code without byte order, such as {@code f4}; null when there is none. */
  public static DType dtype(String code) {
    return BY_CODE.get(code);
  }

  /** The code of a type; null when NumPy has none. */
  static String code(DType dtype) {
    return BY_CODE.entrySet().stream()
        .filter(e -> e.getValue() == dtype)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  /**
   * A row-major little-endian copy of elements in any of NumPy's layouts.
   *
   * @param data exactly the elements
   * @throws IllegalArgumentException when their number is not the shape's
   */
  public static Tensor tensor(
      DType dtype, boolean bigEndian, boolean fortran, Shape shape, MemorySegment data) {
    if (new TensorType(dtype, shape).bytes() != data.byteSize()) {
      throw new IllegalArgumentException(data.byteSize() + " bytes don't fill " + dtype + shape);
    }
    Tensor out = Tensor.zeros(dtype, shape);
    out.data().copyFrom(data);
    if (bigEndian) {
      swapBytes(out.data(), dtype.bytes());
    }
    return fortran ? toRowMajor(out) : out;
  }

  private static void swapBytes(MemorySegment data, int width) {
    for (long i = 0; i < data.byteSize(); i += width) {
      for (int k = 0; k < width / 2; k++) {
        byte b = data.get(ValueLayout.JAVA_BYTE, i + k);
        data.set(ValueLayout.JAVA_BYTE, i + k, data.get(ValueLayout.JAVA_BYTE, i + width - 1 - k));
        data.set(ValueLayout.JAVA_BYTE, i + width - 1 - k, b);
      }
    }
  }

  /** Elements whose first index varies fastest, rearranged so that the last does. */
  private static Tensor toRowMajor(Tensor from) {
    long[] strides = new long[from.rank()];
    long n = 1;
    for (int i = 0; i < strides.length; i++) {
      strides[i] = n;
      n *= from.size(i);
    }
    return gather(from.dtype(), from.shape(), from.data(), 0, strides);
  }

  /**
   * A row-major copy of elements that lie at strides.
   *
   * @param first the place of the first element, counted in elements
   * @param strides the step along each axis, in elements
   */
  public static Tensor gather(
      DType dtype, Shape shape, MemorySegment data, long first, long[] strides) {
    Tensor out = Tensor.zeros(dtype, shape);
    int width = dtype.bytes();
    long[] index = new long[strides.length];
    long at = first;
    long count = out.count();
    for (long i = 0; i < count; i++) {
      MemorySegment.copy(data, at * width, out.data(), i * width, width);
      for (int axis = strides.length - 1; axis >= 0; axis--) {
        at += strides[axis];
        if (++index[axis] < shape.size(axis)) {
          break;
        }
        at -= strides[axis] * index[axis];
        index[axis] = 0;
      }
    }
    return out;
  }
}
