package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** A window of the length that the input says, made of cosines. */
interface WindowFunction extends Op {
  DType outputDatatype();

  /** Whether the window's period is its length, rather than one less. */
  boolean periodic();

  /** The value at an angle of 0…2π over the window. */
  double at(double angle);

  @Override
  default List<TensorType> infer(Inputs in) {
    return List.of(new TensorType(outputDatatype(), new Shape(in.sizes(0, 1))));
  }

  @Override
  default List<Tensor> evaluate(Inputs in) {
    Tensor out = Tensor.zeros(infer(in).getFirst());
    double period = Math.max(1, periodic() ? out.count() : out.count() - 1);
    for (long i = 0; i < out.count(); i++) {
      out.set(i, at(2 * Math.PI * i / period));
    }
    return List.of(out);
  }
}
