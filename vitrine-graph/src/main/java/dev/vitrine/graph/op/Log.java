package dev.vitrine.graph.op;

/** Natural logarithm. ONNX Log, opset 13. */
public record Log() implements Unary {
  @Override
  public double apply(double x) {
    return Math.log(x);
  }
}
