package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** start, start + delta, … up to but without limit, from three scalars. ONNX Range, opset 11. */
public record Range() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Dim count = in.isKnown(0) && in.isKnown(1) && in.isKnown(2) ? Dim.of(count(in)) : symbolic(in);
    return List.of(new TensorType(in.dtype(0), Shape.of(count == null ? in.fresh(0) : count)));
  }

  /** The count of steps of 1; null when it isn't certain. */
  private static Dim symbolic(Inputs in) {
    List<Dim> start = in.dims(0);
    List<Dim> limit = in.dims(1);
    List<Dim> delta = in.dims(2);
    if (start == null || limit == null || delta == null || !delta.getFirst().is(1)) {
      return null;
    }
    Dim count = limit.getFirst().minus(start.getFirst());
    return count.isNatural() ? count : null;
  }

  private static long count(Inputs in) {
    if (in.dtype(0).isFloat()) {
      double n = Math.ceil((in.tensor(1).real(0) - in.tensor(0).real(0)) / in.tensor(2).real(0));
      return Math.max(0, (long) n);
    }
    long span = Math.subtractExact(in.tensor(1).integer(0), in.tensor(0).integer(0));
    return Math.max(0, Math.ceilDiv(span, in.tensor(2).integer(0)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor out = Tensor.zeros(infer(in).getFirst());
    for (long i = 0; i < out.count(); i++) {
      if (out.dtype().isFloat()) {
        out.set(i, in.tensor(0).real(0) + i * in.tensor(2).real(0));
      } else {
        out.set(i, in.tensor(0).integer(0) + i * in.tensor(2).integer(0));
      }
    }
    return List.of(out);
  }
}
