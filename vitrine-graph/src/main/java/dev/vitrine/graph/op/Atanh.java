package dev.vitrine.graph.op;

/** Inverse hyperbolic tangent: ½ ln((1 + x) ÷ (1 − x)). ONNX Atanh, opset 22. */
public record Atanh() implements Unary {
  @Override
  public double apply(double x) {
    return 0.5 * (Math.log1p(x) - Math.log1p(-x));
  }
}
