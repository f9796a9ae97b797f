package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Operands of one type, broadcast and folded from the left by a function of two elements: floating
 * types by way of double, integers and bool by way of long, so that 64 bits stay exact.
 */
interface Elementwise extends Op {
  double apply(double a, double b);

  long apply(long a, long b);

  /** As {@link #apply(long, long)} for u64, where that makes a difference. */
  default long applyUnsigned(long a, long b) {
    return apply(a, b);
  }

  /** The function for integers of that type. */
  default long apply(long a, long b, DType dtype) {
    return dtype == DType.U64 ? applyUnsigned(a, b) : apply(a, b);
  }

  /** What becomes of the fold over all inputs. */
  default double result(double folded, int inputs) {
    return folded;
  }

  @Override
  default List<TensorType> infer(Inputs in) {
    return List.of(Broadcast.sameType(in));
  }

  @Override
  default List<Tensor> evaluate(Inputs in) {
    Tensor out = Tensor.zeros(Broadcast.sameType(in));
    DType dtype = out.dtype();
    Cursor at = Broadcast.cursor(out.shape(), in);
    for (long i = 0, n = out.count(); i < n; i++, at.next()) {
      if (dtype.isFloat()) {
        double folded = in.tensor(0).real(at.of(0));
        for (int k = 1; k < in.size(); k++) {
          folded = apply(folded, in.tensor(k).real(at.of(k)));
        }
        out.set(i, result(folded, in.size()));
      } else {
        long folded = in.tensor(0).integer(at.of(0));
        for (int k = 1; k < in.size(); k++) {
          folded = apply(folded, in.tensor(k).integer(at.of(k)), dtype);
        }
        out.set(i, folded);
      }
    }
    return List.of(out);
  }
}
