package dev.vitrine.graph.op;

/**
 * Resampling along one axis.
 *
 * @param size the axis's size before
 * @param taps for each element after, the elements before that it is made of
 * @param weights how much of each
 * @param outside which elements after lie beyond the first or last element before
 */
public record Interpolation(int size, int[][] taps, double[][] weights, boolean[] outside) {

  /**
   * What a Resize does along an axis.
   *
   * @param exact the size after, before it was rounded to {@code length}: scale · size
   * @param start where the crop begins, in parts of the axis
   * @param end where it ends
   */
  static Interpolation of(
      Resize r, long size, long length, double exact, double start, double end) {
    int n = Math.toIntExact(length);
    int in = Math.toIntExact(size);
    int[][] taps = new int[n][];
    double[][] weights = new double[n][];
    boolean[] outside = new boolean[n];
    for (int i = 0; i < n; i++) {
      double at = source(r.coordinateTransformationMode(), i, size, length, exact, start, end);
      outside[i] = at < 0 || at > size - 1;
      if (r.mode() == Resize.Mode.NEAREST) {
        taps[i] = new int[] {Math.clamp((long) nearest(r.nearestMode(), at), 0, in - 1)};
        weights[i] = new double[] {1};
      } else {
        filter(r, in, exact / size, at, i, taps, weights);
      }
    }
    return new Interpolation(in, taps, weights, outside);
  }

  /** The point of the input that output element i stands for. */
  private static double source(
      Resize.Coordinates mode,
      int i,
      double size,
      double length,
      double exact,
      double start,
      double end) {
    return switch (mode) {
      case HALF_PIXEL -> (i + 0.5) * size / exact - 0.5;
      case HALF_PIXEL_SYMMETRIC -> size / 2 * (1 - length / exact) + (i + 0.5) * size / exact - 0.5;
      case PYTORCH_HALF_PIXEL -> length == 1 ? 0 : (i + 0.5) * size / exact - 0.5;
      case ALIGN_CORNERS -> exact == 1 ? 0 : i * (size - 1) / (exact - 1);
      case ASYMMETRIC -> i * size / exact;
      case TF_HALF_PIXEL_FOR_NN -> (i + 0.5) * size / exact;
      case TF_CROP_AND_RESIZE ->
          exact == 1
              ? (start + end) * (size - 1) / 2
              : start * (size - 1) + i * (end - start) * (size - 1) / (exact - 1);
    };
  }

  private static double nearest(Resize.Nearest mode, double at) {
    return switch (mode) {
      case ROUND_PREFER_FLOOR -> Math.ceil(at - 0.5);
      case ROUND_PREFER_CEIL -> Math.floor(at + 0.5);
      case FLOOR -> Math.floor(at);
      case CEIL -> Math.ceil(at);
    };
  }

  private static void filter(
      Resize r, int size, double scale, double at, int i, int[][] taps, double[][] weights) {
    Filter filter = r.mode() == Resize.Mode.CUBIC ? Filter.cubic(r.cubicCoeffA()) : Filter.LINEAR;
    double shrink = r.antialias() ? Math.min(scale, 1) : 1;
    int half = (int) Math.ceil(filter.support() / shrink);
    int first = (int) Math.ceil(at) - half;
    taps[i] = new int[2 * half];
    weights[i] = new double[2 * half];
    double sum = 0;
    for (int t = 0; t < 2 * half; t++) {
      int tap = first + t;
      boolean counts = !r.excludeOutside() || (tap >= 0 && tap < size);
      taps[i][t] = Math.clamp(tap, 0, size - 1);
      weights[i][t] = counts ? filter.weight((tap - at) * shrink) : 0;
      sum += weights[i][t];
    }
    for (int t = 0; t < 2 * half; t++) {
      weights[i][t] /= sum;
    }
  }

  /** Resamples the middle axis of x [outer, size, inner]. */
  double[] apply(double[] x, int inner) {
    int outer = x.length / (size * inner);
    int n = taps.length;
    double[] y = new double[Math.multiplyExact(outer, Math.multiplyExact(n, inner))];
    for (int row = 0; row < outer * n; row++) {
      int[] from = taps[row % n];
      double[] weight = weights[row % n];
      for (int t = 0; t < from.length; t++) {
        int at = (row / n * size + from[t]) * inner;
        for (int j = 0; j < inner; j++) {
          y[row * inner + j] += weight[t] * x[at + j];
        }
      }
    }
    return y;
  }
}
