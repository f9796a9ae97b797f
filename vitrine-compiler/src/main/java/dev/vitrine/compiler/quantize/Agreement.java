package dev.vitrine.compiler.quantize;

import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;

/** How far one value of a model is from another over several samples, by channel (last axis). */
final class Agreement {
  private final double[] dot;
  private final double[] actualSquares;
  private final double[] expectedSquares;
  private double error;
  private long count;

  Agreement(TensorType type) {
    int channels = type.shape().rank() == 0 ? 1 : Math.toIntExact(type.shape().size(-1));
    dot = new double[channels];
    actualSquares = new double[channels];
    expectedSquares = new double[channels];
  }

  void add(Tensor actual, Tensor expected) {
    float[] a = actual.toFloats();
    float[] e = expected.toFloats();
    for (int i = 0; i < a.length; i++) {
      int c = i % dot.length;
      double d = (double) a[i] - e[i];
      dot[c] += (double) a[i] * e[i];
      actualSquares[c] += (double) a[i] * a[i];
      expectedSquares[c] += (double) e[i] * e[i];
      error += d * d;
    }
    count += a.length;
  }

  double meanSquare() {
    return count == 0 ? 0 : error / count;
  }

  double cosine() {
    return cosine(sum(dot), sum(actualSquares), sum(expectedSquares));
  }

  double cosine(int channel) {
    return cosine(dot[channel], actualSquares[channel], expectedSquares[channel]);
  }

  /** The channel of the least cosine. */
  int worst() {
    int worst = 0;
    for (int c = 1; c < dot.length; c++) {
      worst = cosine(c) < cosine(worst) ? c : worst;
    }
    return worst;
  }

  private static double cosine(double dot, double aa, double bb) {
    return aa == 0 && bb == 0 ? 1 : aa == 0 || bb == 0 ? 0 : dot / Math.sqrt(aa * bb);
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v;
    }
    return sum;
  }
}
