package dev.vitrine.graph.op;

/** Square root. ONNX Sqrt, opset 13. */
public record Sqrt() implements Unary {
  @Override
  public double apply(double x) {
    return Math.sqrt(x);
  }
}
