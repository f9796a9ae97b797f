package dev.vitrine.graph.op;

/** The mean of one or more inputs, broadcast. ONNX Mean, opset 13. */
public record Mean() implements Elementwise {
  @Override
  public double apply(double a, double b) {
    return a + b;
  }

  @Override
  public long apply(long a, long b) {
    return a + b;
  }

  @Override
  public double result(double folded, int inputs) {
    return folded / inputs;
  }
}
