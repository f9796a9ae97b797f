package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * A matrix of input 0's shape with 1 on diagonal {@code k} and 0 elsewhere. ONNX EyeLike, opset 22.
 */
public record EyeLike(DType dtype, long k) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Check.rank(2, in, 0);
    return List.of(in.type(0).with(dtype));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor out = Tensor.zeros(infer(in).getFirst());
    for (long row = Math.max(0, -k); row < out.size(0) && row + k < out.size(1); row++) {
      out.set(row * out.size(1) + row + k, 1L);
    }
    return List.of(out);
  }
}
