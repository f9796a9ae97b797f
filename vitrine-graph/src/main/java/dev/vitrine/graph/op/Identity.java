package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** x as it is. ONNX Identity, opset 24. */
public record Identity() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(in.type(0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    return List.of(in.tensor(0));
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return Symbols.same(in);
  }
}
