package dev.vitrine.graph.op;

/** Hyperbolic sine. ONNX Sinh, opset 22. */
public record Sinh() implements Unary {
  @Override
  public double apply(double x) {
    return Math.sinh(x);
  }
}
