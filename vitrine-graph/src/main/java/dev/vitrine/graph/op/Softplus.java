package dev.vitrine.graph.op;

/** ln(1 + eˣ). ONNX Softplus, opset 22. */
public record Softplus() implements Unary {
  @Override
  public double apply(double x) {
    return softplus(x);
  }

  static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
