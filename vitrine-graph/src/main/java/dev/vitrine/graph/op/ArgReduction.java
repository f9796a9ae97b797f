package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** The index, i64, of the extreme element along an axis. */
interface ArgReduction extends Op {
  long axis();

  boolean keepdims();

  /** Of equal ones the last instead of the first. */
  boolean selectLastIndex();

  /** Whether it looks for the greatest instead of the least. */
  boolean greatest();

  @Override
  default List<TensorType> infer(Inputs in) {
    Shape s = in.shape(0);
    return List.of(
        new TensorType(DType.I64, Reduction.reduced(s, new int[] {s.axis(axis())}, keepdims())));
  }

  @Override
  default List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor out = Tensor.zeros(infer(in).getFirst());
    Lines lines = new Lines(x.shape(), x.shape().axis(axis()));
    Check.that(
        lines.length() > 0 || out.count() == 0, "axis %s of shape %s is empty", axis(), x.shape());
    for (long line = 0; line < lines.count(); line++) {
      long best = 0;
      for (long i = 1; i < lines.length(); i++) {
        int order =
            Order.compare(x, lines.at(line, i), lines.at(line, best)) * (greatest() ? 1 : -1);
        if (order > 0 || (order == 0 && selectLastIndex())) {
          best = i;
        }
      }
      out.set(line, best);
    }
    return List.of(out);
  }
}
