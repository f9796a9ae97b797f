package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** x + y, broadcast. ONNX Add, opset 14. */
public record Add() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(in.type(0).with(Shape.broadcast(in.shape(0), in.shape(1))));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    throw new UnsupportedOperationException();
  }
}
