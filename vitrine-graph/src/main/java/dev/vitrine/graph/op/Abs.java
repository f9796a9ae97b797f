package dev.vitrine.graph.op;

/** |x|. ONNX Abs, opset 13. */
public record Abs() implements Unary {
  @Override
  public double apply(double x) {
    return Math.abs(x);
  }

  @Override
  public long apply(long x) {
    return Math.abs(x);
  }
}
