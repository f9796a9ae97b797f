package dev.vitrine.build.report;

import dev.vitrine.compiler.check.Difference;
import dev.vitrine.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How far an output of the built model is from the float model's, vector by vector along the
 * channels.
 *
 * @param name of the output
 * @param vectors how many were compared, over all samples
 * @param mean of their cosines
 * @param low the cosine that one in a hundred is below
 * @param worst the least cosine
 * @param maxAbs the largest absolute difference of two numbers
 * @param agreement the share of equal elements, for outputs of whole numbers; else NaN
 */
public record OutputError(
    String name,
    long vectors,
    double mean,
    double low,
    double worst,
    double maxAbs,
    double agreement) {

  /**
   * Compares an output over samples.
   *
   * @param actual one tensor a sample
   * @param expected as many, of the same shapes
   */
  public static OutputError of(String name, List<Tensor> actual, List<Tensor> expected) {
    double[] cosines = new double[0];
    double max = 0;
    long equal = 0;
    long count = 0;
    for (int i = 0; i < actual.size(); i++) {
      float[] a = actual.get(i).toFloats();
      float[] e = expected.get(i).toFloats();
      cosines = joined(cosines, cosines(a, e, actual.get(i)));
      for (int j = 0; j < a.length; j++) {
        max = Math.max(max, Math.abs((double) a[j] - e[j]));
        equal += a[j] == e[j] ? 1 : 0;
      }
      count += a.length;
    }
    Arrays.sort(cosines);
    int n = cosines.length;
    boolean whole = !expected.getFirst().dtype().isFloat();
    return new OutputError(
        name,
        n,
        Arrays.stream(cosines).average().orElse(1),
        n == 0 ? 1 : cosines[n / 100],
        n == 0 ? 1 : cosines[0],
        max,
        whole ? (double) equal / Math.max(1, count) : Double.NaN);
  }

  /** The cosine of two tensors as one vector each. */
  public static double whole(Tensor actual, Tensor expected) {
    return Difference.of("", actual, expected).cosine();
  }

  /** By vector: along axis 1 of pictures [B, C, H, W] of floats, along the last axis of others. */
  private static double[] cosines(float[] a, float[] e, Tensor t) {
    int rank = t.rank();
    int axis = rank == 4 && t.size(1) > 1 ? 1 : rank - 1;
    int channels = rank == 0 ? 1 : (int) t.size(axis);
    int inner = 1;
    for (int i = axis + 1; i < rank; i++) {
      inner *= (int) t.size(i);
    }
    double[] out = new double[channels == 0 ? 0 : a.length / channels];
    for (int v = 0; v < out.length; v++) {
      int start = v / inner * inner * channels + v % inner;
      double dot = 0;
      double aa = 0;
      double ee = 0;
      for (int c = 0, at = start; c < channels; c++, at += inner) {
        dot += (double) a[at] * e[at];
        aa += (double) a[at] * a[at];
        ee += (double) e[at] * e[at];
      }
      out[v] = aa == 0 && ee == 0 ? 1 : aa == 0 || ee == 0 ? 0 : dot / Math.sqrt(aa * ee);
    }
    return out;
  }

  private static double[] joined(double[] a, double[] b) {
    double[] out = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, out, a.length, b.length);
    return out;
  }

  @Override
  public String toString() {
    return Double.isNaN(agreement)
        ? String.format(
            Locale.ROOT,
            "%s: cosine mean %.5f, 1st percentile %.5f, worst %.5f, max abs %.4g",
            name,
            mean,
            low,
            worst,
            maxAbs)
        : String.format(Locale.ROOT, "%s: %.3f %% equal", name, 100 * agreement);
  }
}
