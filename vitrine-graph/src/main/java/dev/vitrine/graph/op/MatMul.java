package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * The matrix product of a and b, as {@code numpy.matmul}: leading dimensions broadcast, a vector
 * loses the dimension that it gained. Integers wrap. ONNX MatMul, opset 13.
 */
public record MatMul() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(in.type(0).with(Products.shape(in.shape(0), in.shape(1))));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor a = in.tensor(0);
    Tensor b = in.tensor(1);
    TensorType type = infer(in).getFirst();
    Products products = Products.of(a.shape(), b.shape());
    if (a.dtype().isFloat()) {
      return List.of(Reals.to(type, products.multiply(Reals.of(a), Reals.of(b))));
    }
    Tensor out = Tensor.zeros(type);
    long[] c = products.multiply(a.toLongs(), b.toLongs());
    for (int i = 0; i < c.length; i++) {
      out.set(i, c[i]);
    }
    return List.of(out);
  }
}
