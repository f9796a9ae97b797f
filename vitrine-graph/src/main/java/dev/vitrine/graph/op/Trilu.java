package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * The upper or lower triangle of the last two axes, 0 elsewhere; the optional scalar input 1 moves
 * the diagonal. ONNX Trilu, opset 14.
 */
public record Trilu(boolean upper) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(in.type(0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    long k = in.has(1) ? in.tensor(1).integer(0) : 0;
    Tensor out = Tensor.zeros(x.type());
    Cursor at = new Cursor(x.shape().sizes());
    int last = x.rank() - 1;
    for (long i = 0, n = x.count(); i < n; i++, at.next()) {
      long above = at.index(last) - at.index(last - 1);
      if (upper ? above >= k : above <= k) {
        Strides.copy(x, i, out, i, 1);
      }
    }
    return List.of(out);
  }
}
