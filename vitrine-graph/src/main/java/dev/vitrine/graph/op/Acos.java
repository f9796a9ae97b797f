package dev.vitrine.graph.op;

/** Inverse cosine. ONNX Acos, opset 22. */
public record Acos() implements Unary {
  @Override
  public double apply(double x) {
    return Math.acos(x);
  }
}
