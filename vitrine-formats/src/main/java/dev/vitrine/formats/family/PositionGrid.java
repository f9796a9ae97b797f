package dev.vitrine.formats.family;

/**
 * Bicubic resizing of position embeddings as PyTorch's {@code interpolate} computes it, in float32,
 * without aligned corners.
 *
 * @param antialias widens the filter when the grid shrinks and takes a = −0.5; else a = −0.75 and
 *     edges are repeated
 * @param offset added to the new size before the scale is taken from it, as DINOv2's code does
 */
record PositionGrid(boolean antialias, double offset) {
  /** What one output position takes: weights for inputs from {@code first} on. */
  private record Taps(int first, float[] weights) {}

  /**
   * Resizes a grid.
   *
   * @param grid side × side × width values
   * @return height × width of the new grid × width values; the same array when the size is the same
   */
  float[] resize(float[] grid, int side, int width, int newHeight, int newWidth) {
    if (newHeight == side && newWidth == side) {
      return grid;
    }
    Taps[] across = taps(side, newWidth);
    float[] wide = new float[side * newWidth * width];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < newWidth; x++) {
        add(across[x], side, grid, y * side * width, width, wide, (y * newWidth + x) * width);
      }
    }
    Taps[] down = taps(side, newHeight);
    int row = newWidth * width;
    float[] out = new float[newHeight * row];
    for (int y = 0; y < newHeight; y++) {
      add(down[y], side, wide, 0, row, out, y * row);
    }
    return out;
  }

  /** out[to…] += Σ weight · in[from + index · length …], indices held inside the grid. */
  private static void add(
      Taps taps, int side, float[] in, int from, int length, float[] out, int to) {
    for (int t = 0; t < taps.weights.length; t++) {
      int index = Math.clamp(taps.first + t, 0, side - 1);
      float weight = taps.weights[t];
      for (int c = 0; c < length; c++) {
        out[to + c] += weight * in[from + index * length + c];
      }
    }
  }

  private Taps[] taps(int in, int out) {
    Taps[] taps = new Taps[out];
    float scale = offset == 0 ? (float) in / out : (float) (1 / ((out + offset) / in));
    for (int i = 0; i < out; i++) {
      taps[i] = antialias ? wideTaps(scale, in, i) : fourTaps(scale, i);
    }
    return taps;
  }

  private static Taps fourTaps(float scale, int i) {
    float centre = scale * (i + 0.5f) - 0.5f;
    int first = (int) Math.floor(centre) - 1;
    float t = centre - (first + 1);
    float[] weights = new float[4];
    for (int k = 0; k < 4; k++) {
      weights[k] = cubic(-0.75f, Math.abs(t + 1 - k));
    }
    return new Taps(first, weights);
  }

  private static Taps wideTaps(float scale, int in, int i) {
    float support = scale >= 1 ? 2 * scale : 2;
    float inverse = scale >= 1 ? 1 / scale : 1;
    float centre = scale * (i + 0.5f);
    int first = Math.max((int) (centre - support + 0.5f), 0);
    float[] weights = new float[Math.min((int) (centre + support + 0.5f), in) - first];
    float sum = 0;
    for (int k = 0; k < weights.length; k++) {
      weights[k] = cubic(-0.5f, Math.abs((k + first - centre + 0.5f) * inverse));
      sum += weights[k];
    }
    for (int k = 0; k < weights.length; k++) {
      weights[k] /= sum;
    }
    return new Taps(first, weights);
  }

  /** Keys' cubic convolution filter at a distance. */
  private static float cubic(float a, float x) {
    if (x < 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
  }
}
