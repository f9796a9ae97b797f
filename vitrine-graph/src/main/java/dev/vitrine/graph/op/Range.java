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
    boolean known = in.isKnown(0) && in.isKnown(1) && in.isKnown(2);
    if (known) {
      return List.of(new TensorType(in.dtype(0), Shape.of(count(in))));
    }
    // From 0 by 1 the limit is the size; the count of anything else has no symbol.
    boolean plain = scalar(in, 0, 0) && scalar(in, 2, 1);
    return List.of(new TensorType(in.dtype(0), plain ? new Shape(in.requireDims(1)) : Shape.of(count(in))));
  }

  private static boolean scalar(Inputs in, int i, long value) {
    return in.isKnown(i) && in.tensor(i).real(0) == value;
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
