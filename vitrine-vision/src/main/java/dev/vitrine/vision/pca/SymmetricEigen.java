package dev.vitrine.vision.pca;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The largest eigenvalues of a symmetric positive semidefinite matrix and their eigenvectors.
 * Subspace iteration with Rayleigh–Ritz steps (Golub and Van Loan, Matrix Computations, 8.2), the
 * small problems by Jacobi's rotations (8.5).
 *
 * @param values largest first
 * @param vectors orthonormal, one a row, in the values' order; signs are arbitrary
 */
record SymmetricEigen(double[] values, double[][] vectors) {
  /** Extra directions: the more, the faster the wanted ones converge. */
  private static final int GUARD = 13;

  private static final int MAX_ITERATIONS = 2000;

  /** The residual, as a share of the largest eigenvalue, at which a pair is exact. */
  private static final double EXACT = 1e-13;

  /** The {@code k} largest pairs of a d × d matrix. */
  static SymmetricEigen largest(double[] matrix, int d, int k) {
    int block = Math.min(d, k + GUARD);
    double[][] v = new double[block][d];
    SplittableRandom random = new SplittableRandom(d);
    for (double[] row : v) {
      Arrays.setAll(row, i -> random.nextDouble() - 0.5);
    }
    Matrices.orthonormalise(v);
    double[] values = new double[block];
    double last = Double.POSITIVE_INFINITY;
    for (int iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
      double[][] av = Matrices.times(v, matrix, d);
      double[] small = new double[block * block];
      for (int i = 0; i < block; i++) {
        for (int j = 0; j < block; j++) {
          small[i * block + j] = Matrices.dot(v[i], av[j]);
        }
      }
      SymmetricEigen ritz = jacobi(small, block);
      values = ritz.values;
      v = combine(ritz.vectors, v);
      av = combine(ritz.vectors, av);
      double residual = residual(v, av, values, k);
      // Rounding keeps the residual from falling for ever.
      boolean stuck = residual < 1e-10 * values[0] && residual > 0.5 * last;
      if (residual <= EXACT * values[0] || stuck) {
        break;
      }
      last = residual;
      v = av;
      Matrices.orthonormalise(v);
    }
    return new SymmetricEigen(Arrays.copyOf(values, k), Arrays.copyOf(v, k));
  }

  private static double residual(double[][] v, double[][] av, double[] values, int k) {
    double worst = 0;
    for (int c = 0; c < k; c++) {
      double sum = 0;
      for (int i = 0; i < v[c].length; i++) {
        double r = av[c][i] - values[c] * v[c][i];
        sum += r * r;
      }
      worst = Math.max(worst, sum);
    }
    return Math.sqrt(worst);
  }

  private static double[][] combine(double[][] weights, double[][] rows) {
    double[][] out = new double[rows.length][rows[0].length];
    for (int i = 0; i < out.length; i++) {
      for (int k = 0; k < rows.length; k++) {
        double w = weights[i][k];
        for (int j = 0; j < out[i].length; j++) {
          out[i][j] += w * rows[k][j];
        }
      }
    }
    return out;
  }

  /** All pairs of a small symmetric matrix, which is destroyed. */
  static SymmetricEigen jacobi(double[] a, int n) {
    double[][] v = new double[n][n];
    for (int i = 0; i < n; i++) {
      v[i][i] = 1;
    }
    for (int sweep = 0; sweep < 60 && offDiagonal(a, n) > 0; sweep++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          rotate(a, v, n, p, q);
        }
      }
    }
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (i, j) -> Double.compare(a[j * n + j], a[i * n + i]));
    double[] values = new double[n];
    double[][] vectors = new double[n][];
    for (int i = 0; i < n; i++) {
      values[i] = a[order[i] * n + order[i]];
      vectors[i] = v[order[i]];
    }
    return new SymmetricEigen(values, vectors);
  }

  /** The sum of squares off the diagonal, zero once it no longer changes the diagonal. */
  private static double offDiagonal(double[] a, int n) {
    double off = 0;
    double on = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (i == j) {
          on += a[i * n + j] * a[i * n + j];
        } else {
          off += a[i * n + j] * a[i * n + j];
        }
      }
    }
    return off <= 1e-34 * on ? 0 : off;
  }

  /** Makes a[p][q] zero; row i of {@code v} becomes the i-th eigenvector. */
  private static void rotate(double[] a, double[][] v, int n, int p, int q) {
    double apq = a[p * n + q];
    if (apq == 0) {
      return;
    }
    double tau = (a[q * n + q] - a[p * n + p]) / (2 * apq);
    double t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
    double c = 1 / Math.sqrt(1 + t * t);
    double s = t * c;
    for (int k = 0; k < n; k++) {
      double x = a[k * n + p];
      double y = a[k * n + q];
      a[k * n + p] = c * x - s * y;
      a[k * n + q] = s * x + c * y;
    }
    for (int k = 0; k < n; k++) {
      double x = a[p * n + k];
      double y = a[q * n + k];
      a[p * n + k] = c * x - s * y;
      a[q * n + k] = s * x + c * y;
      x = v[p][k];
      y = v[q][k];
      v[p][k] = c * x - s * y;
      v[q][k] = s * x + c * y;
    }
  }
}
