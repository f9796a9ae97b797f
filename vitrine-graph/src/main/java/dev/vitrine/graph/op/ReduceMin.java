package dev.vitrine.graph.op;

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
  public long apply(long[] x) {
    long best = Long.MAX_VALUE;
    for (long v : x) {
      best = Math.min(best, v);
    }
    return best;
  }
}
