package dev.vitrine.graph.op;

import java.util.Arrays;

/** eˣ ÷ Σ eˣ along an axis. ONNX Softmax, opset 13. */
public record Softmax(long axis) implements Normaliser {
  @Override
  public void apply(double[] x) {
    double max = Arrays.stream(x).max().orElseThrow();
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.exp(x[i] - max);
      sum += x[i];
    }
    for (int i = 0; i < x.length; i++) {
      x[i] /= sum;
    }
  }
}
