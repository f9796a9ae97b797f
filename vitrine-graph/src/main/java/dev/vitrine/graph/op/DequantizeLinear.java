package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * (x − zero point) · scale; inputs x, scale, optional zero point. ONNX DequantizeLinear, opset 25.
 *
 * @param axis of the scales, if there are several
 * @param blockSize elements along the axis that share a scale; 0 for all, or for one
 * @param outputDtype null for the scale's
 */
public record DequantizeLinear(long axis, long blockSize, DType outputDtype) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Grain.check(in, axis, blockSize);
    return List.of(in.type(0).with(outputDtype == null ? in.dtype(1) : outputDtype));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    double[] x = Reals.of(in.tensor(0));
    double[] scale = Reals.of(in.tensor(1));
    double[] zero = in.has(2) ? Reals.of(in.tensor(2)) : new double[scale.length];
    Grain grain = Grain.of(in.shape(0), in.shape(1), axis, blockSize);
    for (int i = 0; i < x.length; i++) {
      int at = grain.of(i);
      x[i] = (x[i] - zero[at]) * scale[at];
    }
    return List.of(Reals.to(infer(in).getFirst(), x));
  }
}
