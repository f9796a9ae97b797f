package dev.vitrine.graph.op;

/** Cosine. ONNX Cos, opset 22. */
public record Cos() implements Unary {
  @Override
  public double apply(double x) {
    return Math.cos(x);
  }
}
