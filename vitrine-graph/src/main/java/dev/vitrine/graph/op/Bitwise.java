package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** An element-wise operation on the bits of integers and bools. */
interface Bitwise extends Elementwise {
  @Override
  default double apply(double a, double b) {
    throw new GraphException("takes integers or bools");
  }

  @Override
  default List<TensorType> infer(Inputs in) {
    DType dtype = in.dtype(0);
    Check.that(!dtype.isFloat(), "takes integers or bools, not %s", dtype.text());
    return Elementwise.super.infer(in);
  }
}
