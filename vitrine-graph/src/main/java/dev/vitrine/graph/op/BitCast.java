package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** The same bits as another element type of the same width. ONNX BitCast, opset 26. */
public record BitCast(DType to) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    DType from = in.dtype(0);
    Check.that(from.bits() == to.bits(), "%s and %s differ in width", from.text(), to.text());
    return List.of(in.type(0).with(to));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    return List.of(Tensor.of(to, infer(in).getFirst().shape(), in.tensor(0).data()));
  }
}
