package dev.vitrine.graph.op;

/** The root of the sum of squares over axes. ONNX ReduceL2, opset 18. */
public record ReduceL2(boolean keepdims, boolean noopWithEmptyAxes) implements Reduction {
  @Override
  public double apply(double[] x) {
    double sum = 0;
    for (double v : x) {
      sum += v * v;
    }
    return Math.sqrt(sum);
  }
}
