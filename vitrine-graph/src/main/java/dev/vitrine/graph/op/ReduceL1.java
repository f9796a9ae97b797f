package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;

/** The sum of absolute values over axes. ONNX ReduceL1, opset 18. */
public record ReduceL1(boolean keepdims, boolean noopWithEmptyAxes) implements Reduction {
  @Override
  public double apply(double[] x) {
    double sum = 0;
    for (double v : x) {
      sum += Math.abs(v);
    }
    return sum;
  }

  @Override
  public long apply(long[] x, DType dtype) {
    long sum = 0;
    for (long v : x) {
      sum += Math.abs(v);
    }
    return sum;
  }
}
