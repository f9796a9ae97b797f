package dev.vitrine.graph.op;

/** −1, 0 or 1; NaN stays NaN. ONNX Sign, opset 13. */
public record Sign() implements Unary {
  @Override
  public double apply(double x) {
    return Math.signum(x);
  }

  @Override
  public long apply(long x) {
    return Long.signum(x);
  }
}
