package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Elements of x picked one by one: each index stands for a place along the axis, and its own place
 * tells the other axes. ONNX GatherElements, opset 13.
 */
public record GatherElements(long axis) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    in.shape(0).axis(axis);
    return List.of(in.type(0).with(in.shape(1)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor indices = in.tensor(1);
    Tensor out = Tensor.zeros(infer(in).getFirst());
    Elements at = new Elements(x.shape(), x.shape().axis(axis), indices);
    for (long i = 0, n = out.count(); i < n; i++) {
      Strides.copy(x, at.next(), out, i, 1);
    }
    return List.of(out);
  }
}
