package dev.vitrine.graph;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * A dense row-major tensor over a memory segment: on the heap, off it, or mapped from a file.
 * Elements are little-endian and need no alignment. The shape is static.
 *
 * <p>Whoever makes a tensor may fill it; once handed on it is read only by convention, so that
 * views, constants and results can share memory between threads.
 */
public final class Tensor {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final DType dtype;
  private final Shape shape;
  private final MemorySegment data;

  private Tensor(DType dtype, Shape shape, MemorySegment data) {
    this.dtype = dtype;
    this.shape = shape;
    this.data = data;
  }

  /** A tensor over memory that the caller owns; it must hold exactly the shape's bytes. */
  public static Tensor of(DType dtype, Shape shape, MemorySegment data) {
    Objects.requireNonNull(dtype);
    long bytes = new TensorType(dtype, shape).bytes();
    if (data.byteSize() != bytes) {
      throw new GraphException(
          dtype.text() + shape + " needs " + bytes + " bytes, not " + data.byteSize());
    }
    return new Tensor(dtype, shape, data);
  }

  /** A zeroed tensor on the heap. */
  public static Tensor zeros(DType dtype, Shape shape) {
    long bytes = new TensorType(dtype, shape).bytes();
    long words = (bytes + 7) / 8;
    if (words > Integer.MAX_VALUE - 8) {
      throw new GraphException(dtype.text() + shape + " is too large for one tensor in memory");
    }
    try {
      long[] memory = new long[(int) words];
      return new Tensor(dtype, shape, MemorySegment.ofArray(memory).asSlice(0, bytes));
    } catch (OutOfMemoryError e) {
      throw new GraphException(
          dtype.text() + shape + " doesn't fit in the memory that Java may use; raise -Xmx", e);
    }
  }

  public static Tensor zeros(TensorType type) {
    return zeros(type.dtype(), type.shape());
  }

  public static Tensor f32(Shape shape, float... values) {
    Tensor t = zeros(DType.F32, shape);
    checkCount(shape, values.length);
    MemorySegment.copy(values, 0, t.data, FLOAT, 0, values.length);
    return t;
  }

  public static Tensor i64(Shape shape, long... values) {
    Tensor t = zeros(DType.I64, shape);
    checkCount(shape, values.length);
    MemorySegment.copy(values, 0, t.data, LONG, 0, values.length);
    return t;
  }

  /** A 1-D i64 tensor: the form that ONNX gives to axes, shapes and sizes. */
  public static Tensor ints(long... values) {
    return i64(Shape.of(values.length), values);
  }

  public static Tensor scalar(float value) {
    return f32(Shape.SCALAR, value);
  }

  public static Tensor scalar(long value) {
    return i64(Shape.SCALAR, value);
  }

  /** A scalar of any type, converted as {@link #set(long, double)} does. */
  public static Tensor scalar(DType dtype, double value) {
    Tensor t = zeros(dtype, Shape.SCALAR);
    t.set(0, value);
    return t;
  }

  private static void checkCount(Shape shape, int n) {
    if (shape.count() != n) {
      throw new GraphException("shape " + shape + " holds " + shape.count() + " values, not " + n);
    }
  }

  public DType dtype() {
    return dtype;
  }

  public Shape shape() {
    return shape;
  }

  public TensorType type() {
    return new TensorType(dtype, shape);
  }

  public MemorySegment data() {
    return data;
  }

  public int rank() {
    return shape.rank();
  }

  public long size(int axis) {
    return shape.size(axis);
  }

  /** The number of elements. */
  public long count() {
    return data.byteSize() / dtype.bytes();
  }

  /** Element {@code i} in row-major order as a double; exact except for large 64-bit integers. */
  public double real(long i) {
    return switch (dtype) {
      case F32 -> data.get(FLOAT, i * 4);
      case F64 -> data.get(DOUBLE, i * 8);
      case F16 -> Float.float16ToFloat(data.get(SHORT, i * 2));
      case BF16 -> bf16ToFloat(data.get(SHORT, i * 2));
      case F8E4M3FN, F8E4M3FNUZ, F8E5M2, F8E5M2FNUZ, F8E8M0, F4E2M1 ->
          SmallFloats.decode(dtype, data.get(ValueLayout.JAVA_BYTE, i));
      case U64 -> {
        long v = data.get(LONG, i * 8);
        yield v >= 0 ? v : 2.0 * ((v >>> 1) | (v & 1));
      }
      default -> integer(i);
    };
  }

  /**
   * Element {@code i} as a long: floating values are truncated towards zero; u64 keeps its 64 bits.
   */
  public long integer(long i) {
    return switch (dtype) {
      case I64, U64 -> data.get(LONG, i * 8);
      case I32 -> data.get(INT, i * 4);
      case U32 -> Integer.toUnsignedLong(data.get(INT, i * 4));
      case I16 -> data.get(SHORT, i * 2);
      case U16 -> Short.toUnsignedLong(data.get(SHORT, i * 2));
      case I8, I4, I2 -> data.get(ValueLayout.JAVA_BYTE, i);
      case U8, U4, U2 -> Byte.toUnsignedLong(data.get(ValueLayout.JAVA_BYTE, i));
      case BOOL -> data.get(ValueLayout.JAVA_BYTE, i) == 0 ? 0 : 1;
      case F32, F16, BF16, F64, F8E4M3FN, F8E4M3FNUZ, F8E5M2, F8E5M2FNUZ, F8E8M0, F4E2M1 ->
          (long) real(i);
    };
  }

  public boolean bool(long i) {
    return dtype.isFloat() ? real(i) != 0 : integer(i) != 0;
  }

  /**
   * Stores a double: rounded to nearest even for floating types, truncated towards zero and reduced
   * to the type's bits for integers, compared with zero for bool. What is out of a floating type's
   * range becomes infinity, or NaN where it has none, or the end of the range where it has neither.
   */
  public void set(long i, double value) {
    switch (dtype) {
      case F32 -> data.set(FLOAT, i * 4, (float) value);
      case F64 -> data.set(DOUBLE, i * 8, value);
      case F16 -> data.set(SHORT, i * 2, doubleToF16(value));
      case BF16 -> data.set(SHORT, i * 2, floatToBf16((float) value));
      case F8E4M3FN, F8E4M3FNUZ, F8E5M2, F8E5M2FNUZ, F8E8M0, F4E2M1 ->
          setSmall(i, value, false, RoundMode.NEAREST);
      case BOOL -> data.set(ValueLayout.JAVA_BYTE, i, (byte) (value != 0 ? 1 : 0));
      case U64 ->
          data.set(
              LONG,
              i * 8,
              value >= 0x1p63 ? (long) (value - 0x1p63) ^ Long.MIN_VALUE : (long) value);
      default -> set(i, (long) value);
    }
  }

  /** Stores a long: reduced to the type's bits for integers, rounded for floating types. */
  public void set(long i, long value) {
    switch (dtype) {
      case I64, U64 -> data.set(LONG, i * 8, value);
      case I32, U32 -> data.set(INT, i * 4, (int) value);
      case I16, U16 -> data.set(SHORT, i * 2, (short) value);
      case I8, U8 -> data.set(ValueLayout.JAVA_BYTE, i, (byte) value);
      case I4, I2 -> {
        int above = Long.SIZE - dtype.bits();
        data.set(ValueLayout.JAVA_BYTE, i, (byte) (value << above >> above));
      }
      case U4, U2 -> data.set(ValueLayout.JAVA_BYTE, i, (byte) (value & dtype.greatest()));
      case BOOL -> data.set(ValueLayout.JAVA_BYTE, i, (byte) (value != 0 ? 1 : 0));
      case F64, F16, BF16, F8E4M3FN, F8E4M3FNUZ, F8E5M2, F8E5M2FNUZ, F8E8M0, F4E2M1 ->
          set(i, (double) value);
      case F32 -> data.set(FLOAT, i * 4, (float) value);
    }
  }

  private void setSmall(long i, double value, boolean saturate, RoundMode mode) {
    data.set(ValueLayout.JAVA_BYTE, i, SmallFloats.encode(dtype, value, saturate, mode));
  }

  public void set(long i, boolean value) {
    set(i, value ? 1L : 0L);
  }

  /** All elements as floats, in a fresh array. */
  public float[] toFloats() {
    float[] out = new float[Math.toIntExact(count())];
    if (dtype == DType.F32) {
      MemorySegment.copy(data, FLOAT, 0, out, 0, out.length);
    } else {
      for (int i = 0; i < out.length; i++) {
        out[i] = (float) real(i);
      }
    }
    return out;
  }

  /** All elements as longs, in a fresh array. */
  public long[] toLongs() {
    long[] out = new long[Math.toIntExact(count())];
    for (int i = 0; i < out.length; i++) {
      out[i] = integer(i);
    }
    return out;
  }

  /** The same memory under another shape with as many elements. */
  public Tensor reshape(Shape other) {
    return of(dtype, other, data);
  }

  /** Elements {@code from} to {@code from + count} of the flat data, as a view of that shape. */
  public Tensor slice(long from, Shape part) {
    return of(dtype, part, data.asSlice(from * dtype.bytes(), new TensorType(dtype, part).bytes()));
  }

  /** A copy converted to another type; this tensor when it has that type already. */
  public Tensor cast(DType to) {
    if (to == dtype) {
      return this;
    }
    Tensor out = zeros(to, shape);
    long n = count();
    // By way of double an i64 would be rounded twice; a u64 is no long.
    boolean exact = !dtype.isFloat() && (dtype != DType.U64 || !to.isFloat());
    for (long i = 0; i < n; i++) {
      if (exact) {
        out.set(i, integer(i));
      } else {
        out.set(i, real(i));
      }
    }
    return out;
  }

  /**
   * As {@link #cast(DType)}, with a choice for floating types of at most eight bits.
   *
   * @param saturate whether what is out of range, infinities too, becomes the end of the range that
   *     it lies beyond; else it becomes infinity or NaN, whichever the type has
   * @param mode of f8e8m0; the others round to nearest even
   */
  public Tensor cast(DType to, boolean saturate, RoundMode mode) {
    if (to == dtype || !to.isSmallFloat()) {
      return cast(to);
    }
    Tensor out = zeros(to, shape);
    long n = count();
    for (long i = 0; i < n; i++) {
      out.setSmall(i, real(i), saturate, mode);
    }
    return out;
  }

  /** Same type and the same bits. */
  public boolean sameAs(Tensor other) {
    return this == other
        || (dtype == other.dtype && shape.equals(other.shape) && data.mismatch(other.data) < 0);
  }

  /** The first elements in row-major order, for messages. */
  @Override
  public String toString() {
    StringBuilder s = new StringBuilder(type().toString()).append(" [");
    long n = Math.min(count(), 8);
    for (long i = 0; i < n; i++) {
      s.append(i == 0 ? "" : ", ");
      if (dtype.isFloat()) {
        s.append((float) real(i));
      } else {
        s.append(integer(i));
      }
    }
    return s.append(n < count() ? ", …]" : "]").toString();
  }

  public static float bf16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Rounds to nearest even; NaN stays NaN. */
  public static short floatToBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /**
   * Rounds once: a double that is not a float is first rounded to odd, so that no tie is invented.
   */
  private static short doubleToF16(double value) {
    float f = (float) value;
    if (f != value && !Float.isInfinite(f) && !Float.isNaN(f)) {
      int bits = Float.floatToRawIntBits(f);
      if (Math.abs((double) f) > Math.abs(value)) {
        bits--;
      }
      f = Float.intBitsToFloat(bits | 1);
    }
    return Float.floatToFloat16(f);
  }
}
