package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** A comparison of two operands of one type, broadcast. None holds where an operand is NaN. */
interface Comparison extends Op {
  /**
   * Whether it holds for operands in that order.
   *
   * @param order negative, zero or positive as the first is less than, equal to or above the second
   */
  boolean holds(int order);

  @Override
  default List<TensorType> infer(Inputs in) {
    return List.of(Broadcast.sameType(in).with(DType.BOOL));
  }

  @Override
  default List<Tensor> evaluate(Inputs in) {
    Tensor a = in.tensor(0);
    Tensor b = in.tensor(1);
    Tensor out = Tensor.zeros(infer(in).getFirst());
    Cursor at = Broadcast.cursor(out.shape(), in);
    for (long i = 0, n = out.count(); i < n; i++, at.next()) {
      out.set(i, holds(a, at.of(0), b, at.of(1)));
    }
    return List.of(out);
  }

  private boolean holds(Tensor a, long i, Tensor b, long j) {
    if (a.dtype().isFloat()) {
      double x = a.real(i);
      double y = b.real(j);
      // Not Double.compare, for which -0 is below 0.
      return !Double.isNaN(x) && !Double.isNaN(y) && holds(x < y ? -1 : x > y ? 1 : 0);
    }
    return holds(
        a.dtype() == DType.U64
            ? Long.compareUnsigned(a.integer(i), b.integer(j))
            : Long.compare(a.integer(i), b.integer(j)));
  }
}
