package dev.vitrine.compiler.quantize;

import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Finds how to quantize the products that read one source. */
final class Search {
  /** Factors stay within this of each other, so that a channel that is never used does no harm. */
  private static final float WIDEST = 1e4f;

  /** Rows of the calibration that errors are measured on. */
  private static final int ROWS = 256;

  /**
   * A channel is divided when it stands out from the others by this much. To even out channels that
   * are nearly alike gains little, and fits factors to what the calibration's pictures happen to
   * hold: others, flat ones above all, get worse.
   */
  private static final double OUTLIER = 3;

  /**
   * What smoothing is to leave of the squared error. Where channels do stand out it leaves far
   * less; gains of a few per cent don't carry over to other pictures.
   */
  private static final double WORTH = 0.5;

  /**
   * How a product is quantized.
   *
   * @param bias what is to be added to the results for their mean error; null for nothing
   * @param range of the activations; null where each row has its own
   */
  record Found(Product product, Weight weight, Tensor bias, double error, Range range) {}

  /**
   * @param factors what the source's channels are divided by; null for off
   */
  record Result(Source.Group group, double strength, float[] factors, List<Found> products) {
    double cost() {
      return products.stream().mapToDouble(f -> f.error * f.error).sum();
    }

    /** What another result must cost less than to be preferred. */
    double limit() {
      return factors == null ? WORTH * cost() : cost();
    }
  }

  /**
   * A product, its weights, and what it makes of some of the rows that calibration kept.
   *
   * @param activity null when there was no calibration, and so what follows
   * @param feedback null where the weight is too deep for it, too
   */
  private record Given(
      Product product,
      float[] weights,
      Activity activity,
      float[] rows,
      float[] expected,
      Feedback feedback) {
    static Given of(Product p, Activity activity, Feedback feedback) {
      float[] w = p.weight().toFloats();
      if (activity == null) {
        return new Given(p, w, null, null, null, null);
      }
      float[] x = activity.rows(ROWS);
      float[] y = Matrices.product(x, w, p.depth(), p.columns());
      return new Given(p, w, activity, x, y, feedback);
    }
  }

  private final QuantizeOptions options;
  private final Map<Product, Activity> activities;

  /**
   * @param activities of the products' inputs; empty when there was no calibration
   */
  Search(QuantizeOptions options, Map<Product, Activity> activities) {
    this.options = options;
    this.activities = activities;
  }

  Result run(Source.Group group) {
    int depth = group.readers().getFirst().depth();
    float[] ones = new float[depth];
    Arrays.fill(ones, 1);
    float[] largest = largest(group, depth);
    List<Given> readers = given(group, depth);
    if (group.source() == null || activities.isEmpty() || !takesPart(largest)) {
      return result(group, readers, 0, ones);
    }
    float[] weights = weights(readers, depth);
    Result best = null;
    for (double strength : options.smoothing().strengths()) {
      float[] factors = strength == 0 ? ones : factors(largest, weights, strength);
      if (best != null && Arrays.equals(factors, ones)) {
        continue;
      }
      Result r = result(group, readers, strength, factors);
      best = best == null || r.cost() < best.limit() ? r : best;
    }
    return best;
  }

  /** All read the same channels: the feedback of one is that of all. */
  private List<Given> given(Source.Group group, int depth) {
    Activity first = activities.get(group.readers().getFirst());
    Feedback feedback =
        first == null || depth > Feedback.DEEPEST ? null : Feedback.of(first.rows(), depth);
    return group.readers().stream().map(p -> Given.of(p, activities.get(p), feedback)).toList();
  }

  /** The largest size of each channel of what the group reads. */
  private float[] largest(Source.Group group, int depth) {
    float[] out = new float[depth];
    for (Product p : group.readers()) {
      Activity a = activities.get(p);
      for (int k = 0; a != null && k < depth; k++) {
        out[k] = Math.max(out[k], Math.max(-a.lo()[k], a.hi()[k]));
      }
    }
    return out;
  }

  private boolean takesPart(float[] largest) {
    float[] sorted = largest.clone();
    Arrays.sort(sorted);
    double most = sorted[sorted.length - 1] * options.smoothing().threshold();
    return sorted[sorted.length / 2] <= most;
  }

  private static float[] weights(List<Given> readers, int depth) {
    float[] out = new float[depth];
    for (Given g : readers) {
      int columns = g.product.columns();
      for (int i = 0; i < g.weights.length; i++) {
        out[i / columns] = Math.max(out[i / columns], Math.abs(g.weights[i]));
      }
    }
    return out;
  }

  /** Of geometric mean 1, so that the weights keep their size. */
  private static float[] factors(float[] largest, float[] weights, double strength) {
    double[] log = new double[largest.length];
    double sum = 0;
    int counted = 0;
    for (int k = 0; k < log.length; k++) {
      boolean used = largest[k] > 0 && weights[k] > 0;
      log[k] =
          used
              ? strength * Math.log(largest[k]) - (1 - strength) * Math.log(weights[k])
              : Double.NaN;
      sum += used ? log[k] : 0;
      counted += used ? 1 : 0;
    }
    float[] out = new float[largest.length];
    for (int k = 0; k < out.length; k++) {
      double factor = Double.isNaN(log[k]) ? 1 : Math.exp(log[k] - sum / counted);
      out[k] = factor < OUTLIER ? 1 : (float) Math.min(factor, WIDEST);
    }
    return out;
  }

  private Result result(Source.Group group, List<Given> readers, double strength, float[] factors) {
    List<Found> found = readers.stream().map(g -> found(g, factors)).toList();
    return new Result(group, strength, strength == 0 ? null : factors, found);
  }

  private Found found(Given given, float[] factors) {
    Product p = given.product;
    int greatest = options.grade().weight();
    int levels = options.grade().levels();
    float[] smoothed = Matrices.scaledRows(given.weights, factors);
    if (given.activity == null) {
      return new Found(p, Weight.of(smoothed, p.depth(), null, greatest), null, 0, null);
    }
    float[] inverse = new float[factors.length];
    float lo = 0;
    float hi = 0;
    for (int k = 0; k < factors.length; k++) {
      inverse[k] = 1 / factors[k];
      lo = Math.min(lo, given.activity.lo()[k] * inverse[k]);
      hi = Math.max(hi, given.activity.hi()[k] * inverse[k]);
    }
    float[] z = Matrices.scaledColumns(given.rows, inverse);
    Feedback feedback = given.feedback == null ? null : given.feedback.dividing(factors);
    Weight weight = Weight.of(smoothed, p.depth(), feedback, greatest);
    Range range =
        options.ranges() == Ranges.ROWS
            ? null
            : Range.of(options.ranges(), z, new Range(lo, hi), levels);
    float[] codes =
        range == null
            ? Matrices.quantizedRows(z, factors.length, levels)
            : Matrices.quantized(z, range, levels);
    float[] actual = Matrices.product(codes, weight.floats(), factors.length, p.columns());
    float[] bias = options.biasCorrection() ? meanError(given.expected, actual, p.columns()) : null;
    return new Found(
        p,
        weight,
        bias == null ? null : Tensor.f32(Shape.of(bias.length), bias),
        relativeError(given.expected, actual, bias),
        range);
  }

  private static float[] meanError(float[] expected, float[] actual, int columns) {
    double[] sums = new double[columns];
    for (int i = 0; i < expected.length; i++) {
      sums[i % columns] += (double) expected[i] - actual[i];
    }
    float[] out = new float[columns];
    for (int n = 0; n < columns; n++) {
      out[n] = (float) (sums[n] * columns / Math.max(1, expected.length));
    }
    return out;
  }

  private static double relativeError(float[] expected, float[] actual, float[] bias) {
    double error = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      double d = actual[i] + (bias == null ? 0 : bias[i % bias.length]) - expected[i];
      error += d * d;
      size += (double) expected[i] * expected[i];
    }
    return size == 0 ? 0 : Math.sqrt(error / size);
  }
}
