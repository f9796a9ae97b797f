package dev.vitrine.graph.op;

/** The mean over axes. ONNX ReduceMean, opset 18. */
public record ReduceMean(boolean keepdims, boolean noopWithEmptyAxes) implements Reduction {
  @Override
  public double apply(double[] x) {
    double sum = 0;
    for (double v : x) {
      sum += v;
    }
    return sum / x.length;
  }
}
