package dev.vitrine.graph.op;

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
  public long apply(long[] x) {
    long best = Long.MIN_VALUE;
    for (long v : x) {
      best = Math.max(best, v);
    }
    return best;
  }
}
