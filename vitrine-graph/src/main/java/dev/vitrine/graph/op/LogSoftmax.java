package dev.vitrine.graph.op;

import java.util.Arrays;

/** x − ln Σ eˣ along an axis. ONNX LogSoftmax, opset 13. */
public record LogSoftmax(long axis) implements Normaliser {
  @Override
  public void apply(double[] x) {
    double max = Arrays.stream(x).max().orElseThrow();
    double sum = 0;
    for (double v : x) {
      sum += Math.exp(v - max);
    }
    for (int i = 0; i < x.length; i++) {
      x[i] = x[i] - max - Math.log(sum);
    }
  }
}
