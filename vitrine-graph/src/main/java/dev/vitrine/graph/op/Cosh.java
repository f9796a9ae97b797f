package dev.vitrine.graph.op;

/** Hyperbolic cosine. ONNX Cosh, opset 22. */
public record Cosh() implements Unary {
  @Override
  public double apply(double x) {
    return Math.cosh(x);
  }
}
