package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Inserts axes of size 1 where input 1 says, as axes of the result. ONNX Unsqueeze, opset 24. */
public record Unsqueeze() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    List<Dim> out = new ArrayList<>(in.shape(0).dims());
    long[] axes = in.ints(1);
    for (int axis : Axes.resolve(axes, out.size() + axes.length)) {
      out.add(axis, Dim.of(1));
    }
    return List.of(in.type(0).with(new Shape(out)));
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
