package dev.vitrine.graph.op;

/** x ÷ (1 + |x|). ONNX Softsign, opset 22. */
public record Softsign() implements Unary {
  @Override
  public double apply(double x) {
    return x / (1 + Math.abs(x));
  }
}
