package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * min(max(x, lower), upper). Inputs: x and, optionally, the scalars lower and upper. The upper bound
 * wins when they cross. ONNX Clip, opset 13.
 */
public record Clip() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    for (int i = 1; i < in.size(); i++) {
      if (in.has(i)) {
        Broadcast.requireType(in, i, in.dtype(0));
      }
    }
    return List.of(in.type(0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor out = in.tensor(0);
    if (in.has(1)) {
      out = new Max().evaluate(Inputs.of(out, in.tensor(1))).getFirst();
    }
    if (in.has(2)) {
      out = new Min().evaluate(Inputs.of(out, in.tensor(2))).getFirst();
    }
    return List.of(out);
  }
}
