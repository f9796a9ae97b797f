package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** A matrix: the axes before {@code axis} as rows, the rest as columns. ONNX Flatten, opset 24. */
public record Flatten(long axis) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = in.shape(0);
    int at = axis == s.rank() ? s.rank() : s.axis(axis);
    Dim rows = Symbols.product(s.dims().subList(0, at));
    return List.of(
        in.type(0).with(Shape.of(rows, Symbols.product(s.dims().subList(at, s.rank())))));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    return List.of(in.tensor(0).reshape(infer(in).getFirst().shape()));
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return Symbols.moved(this, in, 1);
  }
}
