package dev.vitrine.vision.pca;

/** Otsu's threshold: splits values in two so that the variance between the parts is largest. */
final class Otsu {
  private static final int BINS = 256;

  private Otsu() {}

  /** A value between the two parts; the lowest value if all are equal. */
  static float threshold(float[] values) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float v : values) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    if (!(high > low)) {
      return low;
    }
    long[] histogram = new long[BINS];
    double all = 0;
    for (float v : values) {
      int bin = Math.min(BINS - 1, (int) ((v - low) / (high - low) * BINS));
      histogram[bin]++;
      all += bin;
    }
    long below = 0;
    double sumBelow = 0;
    double best = -1;
    int cut = 0;
    for (int bin = 0; bin < BINS - 1; bin++) {
      below += histogram[bin];
      sumBelow += (double) bin * histogram[bin];
      long above = values.length - below;
      if (below == 0 || above == 0) {
        continue;
      }
      double gap = sumBelow / below - (all - sumBelow) / above;
      double between = (double) below * above * gap * gap;
      if (between > best) {
        best = between;
        cut = bin + 1;
      }
    }
    return low + (high - low) * cut / BINS;
  }
}
