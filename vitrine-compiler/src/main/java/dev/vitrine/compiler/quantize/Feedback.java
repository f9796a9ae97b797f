package dev.vitrine.compiler.quantize;

/**
 * How the rows of a weight make up for what rounding does to each other. Channels of activations go
 * together, so that one row's error can be taken off again by others'.
 *
 * <p>With R the upper triangular factor of the activations' second moments, RᵀR = XᵀX / n, the
 * squared error of products is that of R · (w − rounded w). From the last row up, each is rounded
 * after Σ R[k, j] / R[k, k] · (w − rounded w)[j] over the rows j below has been added (Babai's
 * nearest plane; GPTQ, arXiv:2210.17323, does the same from the other end).
 */
final class Feedback {
  /**
   * How much less than they seem channels are taken to go together. In few pictures much does so by
   * chance; errors moved along with that would be larger on others.
   */
  private static final float DOUBT = 0.75f;

  /** The deepest weight whose matrix of shares is worth its room. */
  static final int DEEPEST = 1 << 12;

  private final int depth;
  // [depth, depth]: of row k, what goes to it of the errors of rows beyond.
  private final float[] shares;

  private Feedback(int depth, float[] shares) {
    this.depth = depth;
    this.shares = shares;
  }

  /**
   * @param x rows of activations, one after the other
   */
  static Feedback of(float[] x, int depth) {
    int rows = x.length / depth;
    float[] across = new float[x.length];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < depth; k++) {
        across[k * rows + i] = x[i * depth + k] / rows;
      }
    }
    float[] a = Matrices.product(across, x, rows, depth);
    for (int k = 0; k < depth; k++) {
      for (int j = 0; j < depth; j++) {
        a[k * depth + j] *= j == k ? 1 : 1 - DOUBT;
      }
    }
    factor(a, depth);
    for (int k = 0; k < depth; k++) {
      float diagonal = a[k * depth + k];
      for (int j = k + 1; j < depth; j++) {
        a[k * depth + j] = diagonal > 0 ? a[k * depth + j] / diagonal : 0;
      }
    }
    return new Feedback(depth, a);
  }

  /** Puts R in the place of RᵀR's upper triangle; rows of channels that are always 0 stay 0. */
  private static void factor(float[] a, int depth) {
    float[] row = new float[depth];
    float[] line = new float[depth];
    for (int k = 0; k < depth; k++) {
      int count = depth - k;
      System.arraycopy(a, k * depth + k, row, 0, count);
      for (int i = 0; i < k; i++) {
        System.arraycopy(a, i * depth + k, line, 0, count);
        Matrices.add(row, -line[0], line, count);
      }
      float root = (float) Math.sqrt(Math.max(0, row[0]));
      float inverse = root > 0 ? 1 / root : 0;
      for (int j = 0; j < count; j++) {
        a[k * depth + k + j] = row[j] * inverse;
      }
    }
  }

  /** For activations whose channel k is divided by {@code factors[k]}. */
  Feedback dividing(float[] factors) {
    float[] out = new float[shares.length];
    for (int k = 0; k < depth; k++) {
      for (int j = k + 1; j < depth; j++) {
        out[k * depth + j] = shares[k * depth + j] * (factors[k] / factors[j]);
      }
    }
    return new Feedback(depth, out);
  }

  /**
   * Adds to a weight's row k what it is to make up for.
   *
   * @param errors of the rows beyond k, [depth, columns]
   */
  void addTo(float[] row, int k, float[] errors) {
    float[] line = new float[row.length];
    for (int j = k + 1; j < depth; j++) {
      System.arraycopy(errors, j * row.length, line, 0, row.length);
      Matrices.add(row, shares[k * depth + j], line, row.length);
    }
  }
}
