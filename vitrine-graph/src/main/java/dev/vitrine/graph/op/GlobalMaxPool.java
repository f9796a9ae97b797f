package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** The largest element of each plane of x [N, C, spatial…]. ONNX GlobalMaxPool, opset 22. */
public record GlobalMaxPool() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(in.type(0).with(Pooling.whole(in)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    double[] y =
        Pooling.run(
            Reals.of(in.tensor(0)),
            Pooling.whole(in.shape(0)),
            (x, at, taps, count, _) -> x[at + Pooling.largest(x, at, taps, count)]);
    return List.of(Reals.to(infer(in).getFirst(), y));
  }
}
