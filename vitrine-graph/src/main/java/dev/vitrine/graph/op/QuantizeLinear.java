package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.RoundMode;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * round(x / scale) + zero point for integers, to nearest even and clamped to the type's range;
 * round(x / scale + zero point) for floating types of at most eight bits; inputs x, scale, optional
 * zero point. ONNX QuantizeLinear, opset 25.
 *
 * @param axis of the scales, if there are several
 * @param blockSize elements along the axis that share a scale; 0 for all, or for one
 * @param outputDtype when there is no zero point; null for u8
 * @param precision of the division; null for the scale's
 * @param saturate as of {@link Cast}; integers always are clamped
 */
public record QuantizeLinear(
    long axis, long blockSize, DType outputDtype, DType precision, boolean saturate) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Grain.check(in, axis, blockSize);
    DType out = in.has(2) ? in.dtype(2) : outputDtype == null ? DType.U8 : outputDtype;
    boolean fits = out.isInteger() || out.isSmallFloat() && out != DType.F8E8M0;
    Check.that(fits, "can't quantize to %s", out.text());
    return List.of(in.type(0).with(out));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    TensorType type = infer(in).getFirst();
    boolean integer = type.dtype().isInteger();
    Tensor y = Tensor.zeros(integer ? type : type.with(DType.F32));
    float[] x = in.tensor(0).toFloats();
    float[] scale = in.tensor(1).toFloats();
    double[] zero = in.has(2) ? Reals.of(in.tensor(2)) : new double[scale.length];
    Grain grain = Grain.of(in.shape(0), in.shape(1), axis, blockSize);
    DType rounding = precision == null ? in.dtype(1) : precision;
    for (int i = 0; i < x.length; i++) {
      int at = grain.of(i);
      float quotient = Reals.round(x[i] / scale[at], rounding);
      y.set(
          i,
          integer
              ? Reals.clamp(Math.rint(quotient) + zero[at], type.dtype())
              : quotient + zero[at]);
    }
    return List.of(y.cast(type.dtype(), saturate, RoundMode.UP));
  }
}
