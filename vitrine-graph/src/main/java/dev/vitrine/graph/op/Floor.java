package dev.vitrine.graph.op;

/** The greatest integer not above x. ONNX Floor, opset 13. */
public record Floor() implements Unary {
  @Override
  public double apply(double x) {
    return Math.floor(x);
  }
}
