package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * x with elements replaced by updates, or combined with them, at places told as in {@link
 * GatherElements}. Inputs: x, indices, updates. ONNX ScatterElements, opset 18.
 */
public record ScatterElements(long axis, Scatter reduction) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    in.shape(0).axis(axis);
    Check.type(in, 2, in.dtype(0));
    return List.of(in.type(0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor updates = in.tensor(2);
    Tensor out = Strides.copy(x);
    Elements at = new Elements(x.shape(), x.shape().axis(axis), in.tensor(1));
    for (long i = 0, n = updates.count(); i < n; i++) {
      reduction.put(updates, i, out, at.next());
    }
    return List.of(out);
  }
}
