package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Tensor;

/** The order of elements of one tensor; −0 equals 0, and NaN is above all. */
final class Order {
  private Order() {}

  static int compare(Tensor x, long i, long j) {
    if (x.dtype().isFloat()) {
      return Double.compare(x.real(i) + 0.0, x.real(j) + 0.0);
    }
    return x.dtype() == DType.U64
        ? Long.compareUnsigned(x.integer(i), x.integer(j))
        : Long.compare(x.integer(i), x.integer(j));
  }
}
