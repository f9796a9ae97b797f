package dev.vitrine.graph.op;

import java.util.Arrays;

/** ln Σ eˣ over axes, computed without overflow. ONNX ReduceLogSumExp, opset 18. */
public record ReduceLogSumExp(boolean keepdims, boolean noopWithEmptyAxes) implements Reduction {
  @Override
  public double apply(double[] x) {
    double max = Arrays.stream(x).max().orElse(Double.NEGATIVE_INFINITY);
    if (Double.isInfinite(max)) {
      return max;
    }
    double sum = 0;
    for (double v : x) {
      sum += Math.exp(v - max);
    }
    return max + Math.log(sum);
  }
}
