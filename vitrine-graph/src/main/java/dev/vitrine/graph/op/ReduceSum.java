package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;

/** The sum over axes; 0 of nothing. ONNX ReduceSum, opset 13. */
public record ReduceSum(boolean keepdims, boolean noopWithEmptyAxes) implements Reduction {
  @Override
  public double apply(double[] x) {
    double sum = 0;
    for (double v : x) {
      sum += v;
    }
    return sum;
  }

  @Override
  public long apply(long[] x, DType dtype) {
    long sum = 0;
    for (long v : x) {
      sum += v;
    }
    return sum;
  }
}
