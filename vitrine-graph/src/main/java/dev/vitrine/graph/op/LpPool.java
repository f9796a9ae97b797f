package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** The p-norm of each window. ONNX LpPool, opset 22. */
public record LpPool(
    AutoPad autoPad,
    boolean ceilMode,
    List<Long> dilations,
    List<Long> kernelShape,
    long p,
    List<Long> pads,
    List<Long> strides)
    implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(in.type(0).with(Pooling.shape(in, sliding())));
  }

  private Sliding sliding() {
    return new Sliding(autoPad, kernelShape, strides, dilations, pads, ceilMode);
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    TensorType type = infer(in).getFirst();
    double[] y =
        Pooling.run(
            Reals.of(in.tensor(0)),
            sliding().over(in.shape(0)),
            (x, at, taps, count, _) -> Pooling.norm(x, at, taps, count, p));
    return List.of(Reals.to(type, y));
  }
}
