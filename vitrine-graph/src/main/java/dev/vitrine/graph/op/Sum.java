package dev.vitrine.graph.op;

/** The sum of one or more inputs, broadcast. ONNX Sum, opset 13. */
public record Sum() implements Elementwise {
  @Override
  public double apply(double a, double b) {
    return a + b;
  }

  @Override
  public long apply(long a, long b) {
    return a + b;
  }
}
