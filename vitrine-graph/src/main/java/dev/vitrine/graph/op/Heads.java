package dev.vitrine.graph.op;

import dev.vitrine.graph.Shape;

/** Between [batch, tokens, heads·size] and [batch, heads, tokens, size]. */
final class Heads {
  private Heads() {}

  /**
   * The second form of values in the first.
   *
   * @param split the second form's shape
   */
  static double[] apart(double[] x, Shape split) {
    return moved(x, split, true);
  }

  /** The inverse of {@link #apart}, with the same shape. */
  static double[] together(double[] x, Shape split) {
    return moved(x, split, false);
  }

  private static double[] moved(double[] x, Shape split, boolean apart) {
    int heads = Math.toIntExact(split.size(1));
    int tokens = Math.toIntExact(split.size(2));
    int size = Math.toIntExact(split.size(3));
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int element = i % size;
      int token = i / size % tokens;
      int head = i / size / tokens % heads;
      int batch = i / size / tokens / heads;
      int joined = ((batch * tokens + token) * heads + head) * size + element;
      if (apart) {
        out[i] = x[joined];
      } else {
        out[joined] = x[i];
      }
    }
    return out;
  }
}
