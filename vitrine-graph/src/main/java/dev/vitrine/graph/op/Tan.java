package dev.vitrine.graph.op;

/** Tangent. ONNX Tan, opset 22. */
public record Tan() implements Unary {
  @Override
  public double apply(double x) {
    return Math.tan(x);
  }
}
