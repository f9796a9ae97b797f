package dev.vitrine.graph.op;

/** Inverse hyperbolic sine: sign(x) · ln(|x| + √(x² + 1)). ONNX Asinh, opset 22. */
public record Asinh() implements Unary {
  @Override
  public double apply(double x) {
    double a = Math.abs(x);
    return Math.copySign(Math.log1p(a + a * a / (1 + Math.sqrt(a * a + 1))), x);
  }
}
