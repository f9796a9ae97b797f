package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** The number of elements, an i64 scalar. ONNX Size, opset 24. */
public record Size() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(new TensorType(DType.I64, Shape.SCALAR));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    return List.of(Tensor.scalar(in.tensor(0).count()));
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return Symbols.single(in.shape(0).product());
  }
}
