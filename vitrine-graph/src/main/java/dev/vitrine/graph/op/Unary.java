package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * A function of each element: floating types by way of double, integers and bool by way of long.
 */
interface Unary extends Op {
  double apply(double x);

  default long apply(long x) {
    return (long) apply((double) x);
  }

  /** The element type of the output for that of the input. */
  default DType result(DType in) {
    return in;
  }

  @Override
  default List<TensorType> infer(Inputs in) {
    return List.of(in.type(0).with(result(in.dtype(0))));
  }

  @Override
  default List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor out = Tensor.zeros(result(x.dtype()), x.shape());
    for (long i = 0, n = x.count(); i < n; i++) {
      if (x.dtype().isFloat()) {
        out.set(i, apply(x.real(i)));
      } else {
        out.set(i, apply(x.integer(i)));
      }
    }
    return List.of(out);
  }
}
