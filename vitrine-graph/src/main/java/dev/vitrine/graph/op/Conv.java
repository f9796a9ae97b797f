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
  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(in.type(0).with(Convolution.shape(in, 0, 1, group, sliding(in.shape(1)))));
  }

  private Sliding sliding(Shape weight) {
    List<Long> kernel = Sliding.kernel(kernelShape, weight);
    return new Sliding(autoPad, kernel, strides, dilations, pads, false);
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor w = in.tensor(1);
    TensorType type = infer(in).getFirst();
    Window window = sliding(w.shape()).over(x.shape());
    int groups = Math.toIntExact(group);
    int m = Math.toIntExact(w.size(0)) / groups;
    int n = Math.toIntExact(x.size(0));
    double[] y = Convolution.run(Reals.of(x), Reals.of(w), n, groups, m, window);
    if (in.has(2)) {
      Convolution.addBias(y, Reals.of(in.tensor(2)), window.positions());
    }
    return List.of(Reals.to(type, y));
  }
}
