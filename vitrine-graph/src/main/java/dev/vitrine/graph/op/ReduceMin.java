package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;

/** The least element over axes; NaN if there is one. ONNX ReduceMin, opset 20. */
public record ReduceMin(boolean keepdims, boolean noopWithEmptyAxes) implements Reduction {
  @Override
  public double apply(double[] x) {
    double best = Double.POSITIVE_INFINITY;
    for (double v : x) {
      best = Math.min(best, v);
    }
    return best;
  }

  @Override
  public long apply(long[] x, DType dtype) {
    long best = dtype.greatest();
    for (long v : x) {
      best = new Min().apply(best, v, dtype);
    }
    return best;
  }
}
