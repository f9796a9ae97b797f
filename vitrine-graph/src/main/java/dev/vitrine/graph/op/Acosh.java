package dev.vitrine.graph.op;

/** Inverse hyperbolic cosine: ln(x + √(x² − 1)). ONNX Acosh, opset 22. */
public record Acosh() implements Unary {
  @Override
  public double apply(double x) {
    return Math.log(x + Math.sqrt(x * x - 1));
  }
}
