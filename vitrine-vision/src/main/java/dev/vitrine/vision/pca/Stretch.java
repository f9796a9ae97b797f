package dev.vitrine.vision.pca;

import java.util.Arrays;

/**
 * Maps each channel's usual range to the levels 0…255; rare extremes don't count and are cut off.
 */
record Stretch(float[] low, float[] high) {
  /**
   * @param values channels interleaved
   * @param tail the share of values that may fall off at each end
   */
  static Stretch of(float[] values, int channels, double tail) {
    int n = values.length / channels;
    float[] low = new float[channels];
    float[] high = new float[channels];
    for (int c = 0; c < channels; c++) {
      float[] sorted = new float[n];
      for (int i = 0; i < n; i++) {
        sorted[i] = values[i * channels + c];
      }
      Arrays.sort(sorted);
      low[c] = sorted[(int) Math.round(tail * (n - 1))];
      high[c] = sorted[(int) Math.round((1 - tail) * (n - 1))];
    }
    return new Stretch(low, high);
  }

  /** The level of a value; the middle when all values are equal. */
  int level(int channel, float value) {
    float range = high[channel] - low[channel];
    if (!(range > 0)) {
      return 128;
    }
    return Math.clamp(Math.round((value - low[channel]) / range * 255), 0, 255);
  }
}
