package dev.vitrine.graph.op;

/** max(x, 0). ONNX Relu, opset 14. */
public record Relu() implements Unary {
  @Override
  public double apply(double x) {
    return Math.max(x, 0);
  }

  @Override
  public long apply(long x) {
    return Math.max(x, 0);
  }
}
