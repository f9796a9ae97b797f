package dev.vitrine.graph;

/** Element type and shape of a value. {@link #UNKNOWN} stands for what only a run can tell. */
public record TensorType(DType dtype, Shape shape) {
  public static final TensorType UNKNOWN = new TensorType(null, null);

  public static TensorType f32(long... dims) {
    return new TensorType(DType.F32, Shape.of(dims));
  }

  public boolean isKnown() {
    return dtype != null;
  }

  /** Known, and every dimension a number. */
  public boolean isStatic() {
    return isKnown() && shape.isStatic();
  }

  /** The bytes that a static tensor takes. */
  public long bytes() {
    return Math.multiplyExact(shape.count(), (long) dtype.bytes());
  }

  public TensorType with(Shape other) {
    return new TensorType(dtype, other);
  }

  public TensorType with(DType other) {
    return new TensorType(other, shape);
  }

  @Override
  public String toString() {
    return isKnown() ? dtype.text() + shape : "?";
  }
}
