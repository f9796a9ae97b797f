package dev.vitrine.graph.op;

/** 1 ÷ x. ONNX Reciprocal, opset 13. */
public record Reciprocal() implements Unary {
  @Override
  public double apply(double x) {
    return 1 / x;
  }
}
