package dev.vitrine.graph.op;

/** max(0, x) + min(0, alpha · (exp(x/alpha) − 1)). ONNX Celu, opset 12. */
public record Celu(float alpha) implements Unary {
  @Override
  public double apply(double x) {
    return Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha));
  }
}
