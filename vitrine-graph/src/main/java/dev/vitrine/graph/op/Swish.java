package dev.vitrine.graph.op;

/** x · sigmoid(alpha · x); SiLU for alpha 1. ONNX Swish, opset 24. */
public record Swish(float alpha) implements Unary {
  @Override
  public double apply(double x) {
    return x / (1 + Math.exp(-alpha * x));
  }
}
