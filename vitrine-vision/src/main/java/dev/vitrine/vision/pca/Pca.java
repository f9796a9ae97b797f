package dev.vitrine.vision.pca;

import dev.vitrine.graph.GraphException;

/**
 * Principal component analysis: the mean of vectors and the orthonormal directions in which they
 * vary most, largest variance first. Exact (covariance and its eigenvectors, in double) and
 * deterministic: a direction's sign makes its loading of largest magnitude positive.
 *
 * @param mean d numbers
 * @param directions one row of d loadings a component
 * @param variances of the components, divided by n − 1
 */
public record Pca(double[] mean, double[][] directions, double[] variances) {
  /**
   * Analyses vectors.
   *
   * @param vectors n × d numbers, row-major, n ≥ 1
   * @param d the vectors' length
   * @param components how many directions; at most d
   */
  public static Pca fit(float[] vectors, int d, int components) {
    int n = vectors.length / d;
    if (n < 1 || n * d != vectors.length || components < 1 || components > d) {
      throw new GraphException(
          components + " components of " + vectors.length + " values in rows of " + d);
    }
    double[] mean = Matrices.means(vectors, d);
    SymmetricEigen eigen = SymmetricEigen.largest(Matrices.gram(vectors, mean, d), d, components);
    double[] variances = eigen.values().clone();
    for (int c = 0; c < components; c++) {
      variances[c] = Math.max(0, variances[c]) / Math.max(1, n - 1);
      orient(eigen.vectors()[c]);
    }
    return new Pca(mean, eigen.vectors(), variances);
  }

  private static void orient(double[] direction) {
    double largest = 0;
    for (double w : direction) {
      if (Math.abs(w) > Math.abs(largest)) {
        largest = w;
      }
    }
    if (largest < 0) {
      for (int i = 0; i < direction.length; i++) {
        direction[i] = -direction[i];
      }
    }
  }

  public int components() {
    return directions.length;
  }

  /** The components of vectors: n × components numbers, row-major. */
  public float[] project(float[] vectors) {
    int d = mean.length;
    int k = directions.length;
    int n = vectors.length / d;
    float[] out = new float[n * k];
    double[] offset = new double[k];
    for (int c = 0; c < k; c++) {
      offset[c] = Matrices.dot(directions[c], mean);
    }
    for (int r = 0; r < n; r++) {
      for (int c = 0; c < k; c++) {
        double[] direction = directions[c];
        double sum = 0;
        for (int j = 0; j < d; j++) {
          sum += direction[j] * vectors[r * d + j];
        }
        out[r * k + c] = (float) (sum - offset[c]);
      }
    }
    return out;
  }
}
