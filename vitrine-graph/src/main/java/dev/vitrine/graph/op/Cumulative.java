package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** Running results along the axis in the scalar input 1. */
interface Cumulative extends Op {
  /** Without the element itself. */
  boolean exclusive();

  /** From the end of the axis. */
  boolean reverse();

  /** How an element joins what ran so far. */
  Elementwise step();

  /** What runs before the first element. */
  long start();

  @Override
  default List<TensorType> infer(Inputs in) {
    return List.of(in.type(0));
  }

  @Override
  default List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor out = Tensor.zeros(x.type());
    Lines lines = new Lines(x.shape(), x.shape().axis(in.tensor(1).integer(0)));
    for (long line = 0; line < lines.count(); line++) {
      double real = start();
      long integer = start();
      for (long k = 0; k < lines.length(); k++) {
        long i = lines.at(line, reverse() ? lines.length() - 1 - k : k);
        if (x.dtype().isFloat()) {
          double next = step().apply(real, x.real(i));
          out.set(i, exclusive() ? real : next);
          real = next;
        } else {
          long next = step().apply(integer, x.integer(i));
          out.set(i, exclusive() ? integer : next);
          integer = next;
        }
      }
    }
    return List.of(out);
  }
}
