package dev.vitrine.graph.op;

/** x · tanh(ln(1 + eˣ)). ONNX Mish, opset 22. */
public record Mish() implements Unary {
  @Override
  public double apply(double x) {
    return x * Math.tanh(Softplus.softplus(x));
  }
}
