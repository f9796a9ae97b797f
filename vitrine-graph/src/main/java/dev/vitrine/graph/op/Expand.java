package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** x repeated to the shape that it and the one in input 1 broadcast to. ONNX Expand, opset 13. */
public record Expand() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    List<Dim> target = in.sizes(1);
    return List.of(in.type(0).with(Shape.broadcast(in.shape(0), new Shape(target))));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Shape to = infer(in).getFirst().shape();
    return List.of(Strides.gather(x, 0, Broadcast.strides(x.shape(), to), to));
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return Symbols.moved(this, in, 1);
  }
}
