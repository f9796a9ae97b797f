package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;

/** Whether x is not a number. ONNX IsNaN, opset 20. */
public record IsNaN() implements Unary {
  @Override
  public double apply(double x) {
    return Double.isNaN(x) ? 1 : 0;
  }

  @Override
  public DType result(DType in) {
    return DType.BOOL;
  }
}
