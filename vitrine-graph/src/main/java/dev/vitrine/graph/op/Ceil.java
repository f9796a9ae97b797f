package dev.vitrine.graph.op;

/** The least integer not below x. ONNX Ceil, opset 13. */
public record Ceil() implements Unary {
  @Override
  public double apply(double x) {
    return Math.ceil(x);
  }
}
