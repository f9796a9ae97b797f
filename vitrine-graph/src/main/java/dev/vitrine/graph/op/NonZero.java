package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The indices of the elements that are not 0, i64: one column each, in row-major order, and a row
 * for each axis; a scalar counts as having one axis. ONNX NonZero, opset 13.
 */
public record NonZero() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Dim count = in.isKnown(0) ? Dim.of(count(in.tensor(0))) : in.fresh(0);
    return List.of(new TensorType(DType.I64, Shape.of(Dim.of(Math.max(1, in.rank(0))), count)));
  }

  private static long count(Tensor x) {
    return LongStream.range(0, x.count()).filter(x::bool).count();
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor out = Tensor.zeros(infer(in).getFirst());
    Cursor at = new Cursor(x.shape().sizes());
    long column = 0;
    for (long i = 0, n = x.count(); i < n; i++, at.next()) {
      if (x.bool(i)) {
        for (int axis = 0; axis < x.rank(); axis++) {
          out.set(axis * out.size(1) + column, at.index(axis));
        }
        column++;
      }
    }
    return List.of(out);
  }
}
