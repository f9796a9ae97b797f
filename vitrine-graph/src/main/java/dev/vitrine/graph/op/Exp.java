package dev.vitrine.graph.op;

/** eˣ. ONNX Exp, opset 13. */
public record Exp() implements Unary {
  @Override
  public double apply(double x) {
    return Math.exp(x);
  }
}
