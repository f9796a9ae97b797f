package dev.vitrine.graph.op;

/** The nearest integer, halves to the even one. ONNX Round, opset 22. */
public record Round() implements Unary {
  @Override
  public double apply(double x) {
    return Math.rint(x);
  }
}
