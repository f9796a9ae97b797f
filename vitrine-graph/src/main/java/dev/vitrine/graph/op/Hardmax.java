package dev.vitrine.graph.op;

import java.util.Arrays;

/** 1 at the first greatest element along an axis, 0 elsewhere. ONNX Hardmax, opset 13. */
public record Hardmax(long axis) implements Normaliser {
  @Override
  public void apply(double[] x) {
    int best = 0;
    for (int i = 1; i < x.length; i++) {
      best = x[i] > x[best] ? i : best;
    }
    Arrays.fill(x, 0);
    x[best] = 1;
  }
}
