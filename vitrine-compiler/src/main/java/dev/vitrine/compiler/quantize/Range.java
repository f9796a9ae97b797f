package dev.vitrine.compiler.quantize;

import java.util.Arrays;

/** A range of numbers around 0 that codes are spread over. */
record Range(float lo, float hi) {
  private static final int BINS = 4096;
  private static final double OUTSIDE = 1e-4;
  private static final int RATIOS = 64;
  private static final double RATIO = 0.96;

  Range {
    lo = Math.min(0, lo);
    hi = Math.max(0, hi);
  }

  /** The step between codes; 1 where there is nothing to tell apart. */
  float scale(int levels) {
    float scale = (hi - lo) / levels;
    return scale > Float.MIN_NORMAL ? scale : 1;
  }

  /** The code of 0. */
  float zero(int levels) {
    return (float) Math.rint(-lo / scale(levels));
  }

  /**
   * The range for numbers of which {@code values} are an example.
   *
   * @param widest what all of them lie in
   */
  static Range of(Ranges method, float[] values, Range widest, int levels) {
    return switch (method) {
      case ROWS, MIN_MAX -> widest;
      case PERCENTILE -> percentile(values, widest);
      case MSE, KL -> searched(method, histogram(values, widest), widest, levels);
    };
  }

  /** One end drawn in, then the other: first that which lies farther from 0. */
  private static Range searched(Ranges method, double[] histogram, Range widest, int levels) {
    Range best = widest;
    boolean above = widest.hi >= -widest.lo;
    for (boolean end : new boolean[] {above, !above}) {
      Range from = best;
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < RATIOS; i++) {
        float ratio = (float) Math.pow(RATIO, i);
        Range r = end ? new Range(from.lo, from.hi * ratio) : new Range(from.lo * ratio, from.hi);
        double cost =
            method == Ranges.MSE
                ? r.squaredError(histogram, widest, levels)
                : r.divergence(histogram, widest, levels);
        if (cost < least) {
          least = cost;
          best = r;
        }
      }
    }
    return best;
  }

  private static Range percentile(float[] values, Range widest) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    int out = (int) (sorted.length * OUTSIDE / 2);
    return sorted.length == 0
        ? widest
        : new Range(
            Math.max(widest.lo, sorted[out]), Math.min(widest.hi, sorted[sorted.length - 1 - out]));
  }

  private static double[] histogram(float[] values, Range widest) {
    double[] out = new double[BINS];
    double by = BINS / Math.max(Float.MIN_NORMAL, (double) widest.hi - widest.lo);
    for (float v : values) {
      out[(int) Math.clamp((v - widest.lo) * by, 0, BINS - 1)]++;
    }
    return out;
  }

  private static double middle(int bin, Range widest) {
    return widest.lo + (bin + 0.5) * ((double) widest.hi - widest.lo) / BINS;
  }

  /** Rounding spreads evenly over a step; what is outside comes to the end of the range. */
  private double squaredError(double[] histogram, Range widest, int levels) {
    double step = scale(levels);
    double sum = 0;
    for (int bin = 0; bin < BINS; bin++) {
      double x = middle(bin, widest);
      double beyond = Math.max(0, Math.max(x - hi, lo - x));
      sum += histogram[bin] * (beyond > 0 ? beyond * beyond : step * step / 12);
    }
    return sum;
  }

  /** Kullback and Leibler's divergence of the histogram, ends gathered, from what codes tell. */
  private double divergence(double[] histogram, Range widest, int levels) {
    int[] code = new int[BINS];
    double[] mass = histogram.clone();
    double[] sums = new double[levels + 1];
    int[] filled = new int[levels + 1];
    int first = -1;
    int last = -1;
    for (int bin = 0; bin < BINS; bin++) {
      double x = middle(bin, widest);
      if (x >= lo && x <= hi) {
        first = first < 0 ? bin : first;
        last = bin;
        code[bin] = (int) Math.clamp(Math.rint((x - lo) / scale(levels)), 0, levels);
        sums[code[bin]] += histogram[bin];
        filled[code[bin]] += histogram[bin] > 0 ? 1 : 0;
      }
    }
    if (first < 0) {
      return Double.POSITIVE_INFINITY;
    }
    double total = Arrays.stream(histogram).sum();
    double inside = Arrays.stream(histogram, first, last + 1).sum();
    mass[first] += Arrays.stream(histogram, 0, first).sum();
    mass[last] += Arrays.stream(histogram, last + 1, BINS).sum();
    double sum = 0;
    for (int bin = first; bin <= last; bin++) {
      if (mass[bin] > 0) {
        double p = mass[bin] / total;
        double q = filled[code[bin]] == 0 ? 0 : sums[code[bin]] / filled[code[bin]] / inside;
        sum += p * Math.log(p / Math.max(q, 1e-12));
      }
    }
    return sum;
  }
}
