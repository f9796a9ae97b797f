package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** The p-norm of each plane of x [N, C, spatial…]. ONNX GlobalLpPool, opset 22. */
public record GlobalLpPool(long p) implements Op {
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
            (x, at, taps, count, _) -> Pooling.norm(x, at, taps, count, p));
    return List.of(Reals.to(infer(in).getFirst(), y));
  }
}
