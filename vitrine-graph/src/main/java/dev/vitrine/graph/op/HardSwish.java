package dev.vitrine.graph.op;

/** x · min(1, max(0, x/6 + ½)). ONNX HardSwish, opset 22. */
public record HardSwish() implements Unary {
  @Override
  public double apply(double x) {
    return x * Math.clamp(x / 6 + 0.5, 0, 1);
  }
}
