package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;
import java.util.Objects;

/**
 * Elements of input 1 where input 0 is true, of input 2 where not; broadcast. ONNX Where, opset 16.
 */
public record Where() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Check.type(in, 0, DType.BOOL);
    Check.type(in, 2, in.dtype(1));
    return List.of(in.type(1).with(Broadcast.shape(in, 0)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor out = Tensor.zeros(infer(in).getFirst());
    Cursor at = Broadcast.cursor(out.shape(), in);
    for (long i = 0, n = out.count(); i < n; i++, at.next()) {
      int chosen = in.tensor(0).bool(at.of(0)) ? 1 : 2;
      Strides.copy(in.tensor(chosen), at.of(chosen), out, i, 1);
    }
    return List.of(out);
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return Symbols.elementwise(
        in,
        e -> {
          if (e[0] != null && e[0].isStatic()) {
            return e[0].is(0) ? e[2] : e[1];
          }
          return Objects.equals(e[1], e[2]) ? e[1] : null;
        });
  }
}
