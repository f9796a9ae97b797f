package dev.vitrine.graph.op;

/**
 * x where it is not negative, else slope · x, with the slope broadcast to x. ONNX PRelu, opset 16.
 */
public record PRelu() implements Elementwise {
  @Override
  public double apply(double x, double slope) {
    return x < 0 ? slope * x : x;
  }

  @Override
  public long apply(long x, long slope) {
    return x < 0 ? slope * x : x;
  }
}
