package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;

/** Tensors as arrays of doubles and back: what evaluation computes on. */
final class Reals {
  private Reals() {}

  /** All elements in row-major order, in a fresh array. */
  static double[] of(Tensor t) {
    double[] out = new double[Math.toIntExact(t.count())];
    if (t.dtype() == DType.F32) {
      float[] values = t.toFloats();
      for (int i = 0; i < out.length; i++) {
        out[i] = values[i];
      }
    } else {
      for (int i = 0; i < out.length; i++) {
        out[i] = t.real(i);
      }
    }
    return out;
  }

  /** A tensor of those elements, converted as {@link Tensor#set(long, double)} does. */
  static Tensor to(TensorType type, double[] values) {
    if (type.dtype() == DType.F32) {
      float[] floats = new float[values.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) values[i];
      }
      return Tensor.f32(type.shape(), floats);
    }
    Tensor out = Tensor.zeros(type);
    for (int i = 0; i < values.length; i++) {
      out.set(i, values[i]);
    }
    return out;
  }

  /** The value rounded to a floating type. */
  static float round(float value, DType to) {
    return switch (to) {
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
      case BF16 -> Tensor.bf16ToFloat(Tensor.floatToBf16(value));
      default -> value;
    };
  }

  /** The value, or the end of the range of an integer type that it lies beyond; NaN becomes 0. */
  static double clamp(double value, DType to) {
    int bits = to.bits();
    double least = to.isUnsigned() ? 0 : -Math.scalb(1.0, bits - 1);
    double most = Math.scalb(1.0, to.isUnsigned() ? bits : bits - 1) - 1;
    return Double.isNaN(value) ? 0 : Math.clamp(value, least, most);
  }
}
