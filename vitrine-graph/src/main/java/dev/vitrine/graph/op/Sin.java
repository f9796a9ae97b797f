package dev.vitrine.graph.op;

/** Sine. ONNX Sin, opset 22. */
public record Sin() implements Unary {
  @Override
  public double apply(double x) {
    return Math.sin(x);
  }
}
