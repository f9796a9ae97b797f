package dev.vitrine.graph.op;

/** Hyperbolic tangent. ONNX Tanh, opset 13. */
public record Tanh() implements Unary {
  @Override
  public double apply(double x) {
    return Math.tanh(x);
  }
}
