package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * min(max(x, lower), upper). Inputs: x and, optionally, the scalars lower and upper. The upper
 * bound wins when they cross. ONNX Clip, opset 13.
 */
public record Clip() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    for (int i = 1; i < in.size(); i++) {
      if (in.has(i)) {
        Check.type(in, i, in.dtype(0));
        Check.same(in.shape(i).product(), Dim.of(1), "bound " + i + " is no scalar");
      }
    }
    return List.of(in.type(0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor lowered = bound(in, 1, new Max(), in.tensor(0));
    return List.of(bound(in, 2, new Min(), lowered));
  }

  private static Tensor bound(Inputs in, int i, Op by, Tensor x) {
    if (!in.has(i)) {
      return x;
    }
    return by.evaluate(Inputs.of(x, in.tensor(i).reshape(Shape.SCALAR))).getFirst();
  }
}
