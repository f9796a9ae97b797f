package dev.vitrine.features.probe;

import java.util.Arrays;

/**
 * A shift and a scale for each feature: x becomes (x − mean) ÷ deviation. Features that don't vary
 * are shifted only.
 */
record Scaling(double[] mean, double[] deviation) {
  static double[] ones(int width) {
    double[] ones = new double[width];
    Arrays.fill(ones, 1);
    return ones;
  }

  static Scaling of(Examples examples) {
    int width = examples.width();
    int n = examples.count();
    double[] mean = new double[width];
    double[] squares = new double[width];
    float[] values = examples.values();
    for (int i = 0; i < values.length; i++) {
      mean[i % width] += values[i];
    }
    for (int j = 0; j < width; j++) {
      mean[j] /= n;
    }
    for (int i = 0; i < values.length; i++) {
      double d = values[i] - mean[i % width];
      squares[i % width] += d * d;
    }
    for (int j = 0; j < width; j++) {
      double deviation = Math.sqrt(squares[j] / n);
      // Rounding alone makes a constant feature vary this much.
      squares[j] = deviation > 1e-7 * Math.abs(mean[j]) ? deviation : 1;
    }
    return new Scaling(mean, squares);
  }

  Examples apply(Examples examples) {
    int width = examples.width();
    float[] out = new float[examples.values().length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) ((examples.values()[i] - mean[i % width]) / deviation[i % width]);
    }
    return new Examples(out, width, examples.labels(), examples.classes());
  }

  /** Rows of weights and an intercept for scaled features, as ones for the plain features. */
  double[] unfold(double[] rows) {
    int width = mean.length;
    double[] out = rows.clone();
    for (int at = 0; at < out.length; at += width + 1) {
      for (int j = 0; j < width; j++) {
        out[at + j] /= deviation[j];
        out[at + width] -= out[at + j] * mean[j];
      }
    }
    return out;
  }
}
