package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;

/** Logical negation of bool. ONNX Not, opset 1. */
public record Not() implements Unary {
  @Override
  public double apply(double x) {
    return x == 0 ? 1 : 0;
  }

  @Override
  public long apply(long x) {
    return x == 0 ? 1 : 0;
  }

  @Override
  public DType result(DType in) {
    return DType.BOOL;
  }
}
