package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** A function of all elements along one axis that gives as many. */
interface Normaliser extends Op {
  long axis();

  /** Works in place on one line of at least one element. */
  void apply(double[] x);

  @Override
  default List<TensorType> infer(Inputs in) {
    in.shape(0).axis(axis());
    return List.of(in.type(0));
  }

  @Override
  default List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor out = Tensor.zeros(x.type());
    Lines lines = new Lines(x.shape(), x.shape().axis(axis()));
    double[] line = new double[Math.toIntExact(lines.length())];
    for (long n = 0; n < lines.count(); n++) {
      for (int i = 0; i < line.length; i++) {
        line[i] = x.real(lines.at(n, i));
      }
      apply(line);
      for (int i = 0; i < line.length; i++) {
        out.set(lines.at(n, i), line[i]);
      }
    }
    return List.of(out);
  }
}
