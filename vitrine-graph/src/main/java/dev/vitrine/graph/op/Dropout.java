package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * x as it is, and a mask of all true: dropout when not training. Inputs: x and, optionally, the
 * ratio and whether it is training, which is refused unless the ratio is 0. ONNX Dropout, opset 22.
 */
public record Dropout() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(in.type(0), in.type(0).with(DType.BOOL));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    if (in.has(2) && in.tensor(2).bool(0) && !(in.has(1) && in.tensor(1).real(0) == 0)) {
      throw new GraphException("is in training mode; export the model for inference");
    }
    Tensor mask = Tensor.zeros(infer(in).get(1));
    mask.data().fill((byte) 1);
    return List.of(in.tensor(0), mask);
  }
}
