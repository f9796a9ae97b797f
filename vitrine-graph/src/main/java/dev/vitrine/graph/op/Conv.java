package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Convolution of x [N, C, spatial…] with weight [M, C/group, kernel…] and an optional bias [M]. An
 * empty list stands for ONNX's default. ONNX Conv, opset 22.
 */
public record Conv(
    AutoPad autoPad,
    List<Long> dilations,
    long group,
    List<Long> kernelShape,
    List<Long> pads,
    List<Long> strides)
    implements Op {
  private Convolution convolution() {
    return new Convolution(autoPad, dilations, group, kernelShape, pads, strides);
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape out = convolution().shape(in, 0, 1);
    if (in.has(2)) {
      Check.same(Check.rank(1, in, 2).dim(0), out.dim(1), "the bias has another length");
    }
    return List.of(in.type(0).with(out));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    TensorType type = infer(in).getFirst();
    double[] x = Reals.of(in.tensor(0));
    double[] w = Reals.of(in.tensor(1));
    double[] y = convolution().run(x, in.shape(0), w, in.shape(1));
    if (in.has(2)) {
      Convolution.addBias(y, in.tensor(2), type.shape());
    }
    return List.of(Reals.to(type, y));
  }
}
