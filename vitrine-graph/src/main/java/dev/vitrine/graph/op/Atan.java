package dev.vitrine.graph.op;

/** Inverse tangent. ONNX Atan, opset 22. */
public record Atan() implements Unary {
  @Override
  public double apply(double x) {
    return Math.atan(x);
  }
}
