package dev.vitrine.graph.op;

/** Inverse sine. ONNX Asin, opset 22. */
public record Asin() implements Unary {
  @Override
  public double apply(double x) {
    return Math.asin(x);
  }
}
