package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;

/** Whether x is an infinity of a sign that is asked for. ONNX IsInf, opset 20. */
public record IsInf(boolean detectNegative, boolean detectPositive) implements Unary {
  @Override
  public double apply(double x) {
    boolean hit = Double.isInfinite(x) && (x > 0 ? detectPositive : detectNegative);
    return hit ? 1 : 0;
  }

  @Override
  public DType result(DType in) {
    return DType.BOOL;
  }
}
