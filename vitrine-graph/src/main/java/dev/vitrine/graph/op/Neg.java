package dev.vitrine.graph.op;

/** −x. ONNX Neg, opset 13. */
public record Neg() implements Unary {
  @Override
  public double apply(double x) {
    return -x;
  }

  @Override
  public long apply(long x) {
    return -x;
  }
}
