package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;

/** The greatest element over axes; NaN if there is one. ONNX ReduceMax, opset 20. */
public record ReduceMax(boolean keepdims, boolean noopWithEmptyAxes) implements Reduction {
  @Override
  public double apply(double[] x) {
    double best = Double.NEGATIVE_INFINITY;
    for (double v : x) {
      best = Math.max(best, v);
    }
    return best;
  }

  @Override
  public long apply(long[] x, DType dtype) {
    long best = dtype.least();
    for (long v : x) {
      best = new Max().apply(best, v, dtype);
    }
    return best;
  }
}
