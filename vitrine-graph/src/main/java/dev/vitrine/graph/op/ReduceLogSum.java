package dev.vitrine.graph.op;

/** The logarithm of the sum over axes. ONNX ReduceLogSum, opset 18. */
public record ReduceLogSum(boolean keepdims, boolean noopWithEmptyAxes) implements Reduction {
  @Override
  public double apply(double[] x) {
    double sum = 0;
    for (double v : x) {
      sum += v;
    }
    return Math.log(sum);
  }
}
