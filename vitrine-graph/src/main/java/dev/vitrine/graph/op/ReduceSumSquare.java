package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;

/** The sum of squares over axes. ONNX ReduceSumSquare, opset 18. */
public record ReduceSumSquare(boolean keepdims, boolean noopWithEmptyAxes) implements Reduction {
  @Override
  public double apply(double[] x) {
    double sum = 0;
    for (double v : x) {
      sum += v * v;
    }
    return sum;
  }

  @Override
  public long apply(long[] x, DType dtype) {
    long sum = 0;
    for (long v : x) {
      sum += v * v;
    }
    return sum;
  }
}
