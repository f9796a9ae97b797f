package dev.vitrine.graph.op;

/** 1 ÷ (1 + e⁻ˣ). ONNX Sigmoid, opset 13. */
public record Sigmoid() implements Unary {
  @Override
  public double apply(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
