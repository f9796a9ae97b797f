package dev.vitrine.compiler.check;

import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;

/**
 * How far one tensor is from another that should equal it.
 *
 * @param name the value's name
 * @param type of the expected tensor
 * @param cosine of the angle between the two as vectors; 1 when both are zero
 * @param relativeL2 ‖actual − expected‖ ÷ ‖expected‖
 * @param maxAbs the largest absolute difference; infinite when one has a NaN where the other has
 *     none
 * @param spread the standard deviation of the expected elements
 */
public record Difference(
    String name, TensorType type, double cosine, double relativeL2, double maxAbs, double spread) {

  /**
   * Compares two tensors.
   *
   * @throws GraphException when their shapes differ
   */
  public static Difference of(String name, Tensor actual, Tensor expected) {
    if (!actual.shape().equals(expected.shape())) {
      throw new GraphException(
          "'"
              + name
              + "' is "
              + actual.shape()
              + " in one and "
              + expected.shape()
              + " in the other");
    }
    double dot = 0;
    double aa = 0;
    double bb = 0;
    double dd = 0;
    double sum = 0;
    double max = 0;
    long n = expected.count();
    for (long i = 0; i < n; i++) {
      double a = actual.real(i);
      double b = expected.real(i);
      if (a == b || (Double.isNaN(a) && Double.isNaN(b))) {
        if (!Double.isFinite(a)) {
          continue;
        }
      } else {
        double d = Math.abs(a - b);
        max = Math.max(max, Double.isNaN(d) ? Double.POSITIVE_INFINITY : d);
        dd += d * d;
      }
      dot += a * b;
      aa += a * a;
      bb += b * b;
      sum += b;
    }
    double mean = n == 0 ? 0 : sum / n;
    double variance = n == 0 ? 0 : Math.max(0, bb / n - mean * mean);
    double cosine = dd == 0 ? 1 : aa == 0 || bb == 0 ? 0 : dot / Math.sqrt(aa * bb);
    double relative = dd == 0 ? 0 : bb == 0 ? Double.POSITIVE_INFINITY : Math.sqrt(dd / bb);
    return new Difference(name, expected.type(), cosine, relative, max, Math.sqrt(variance));
  }

  /**
   * The largest absolute difference is at most that part of the spread (of 1 for a constant
   * output).
   */
  public boolean within(double tolerance) {
    return maxAbs <= tolerance * (spread > 0 ? spread : 1);
  }
}
