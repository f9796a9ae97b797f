package dev.vitrine.vision.pca;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The largest eigenvalues of a symmetric positive semidefinite matrix and their eigenvectors: a
 * block Krylov space with full orthogonalisation, begun anew from the best vectors in it until
 * these are exact (Golub and Van Loan, Matrix Computations, 10.3); the small problems by Jacobi's
 * rotations (8.5).
 *
 * @param values largest first
 * @param vectors orthonormal, one a row, in the values' order; signs are arbitrary
 */
record SymmetricEigen(double[] values, double[][] vectors) {
  /** How often the matrix is applied to a block before the space is begun anew. */
  private static final int DEPTH = 10;

  private static final int MAX_ROUNDS = 200;

  /** The residual, as a share of the largest eigenvalue, at which a pair is exact. */
  private static final double EXACT = 1e-13;

  /** Below this share rounding may keep the residual from falling further. */
  private static final double CLOSE = 1e-10;

  /** The {@code k} largest pairs of a d × d matrix. */
  static SymmetricEigen largest(double[] matrix, int d, int k) {
    SplittableRandom random = new SplittableRandom(d);
    SymmetricEigen best = new SymmetricEigen(new double[k], new double[k][d]);
    double last = Double.POSITIVE_INFINITY;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      List<double[]> space = new ArrayList<>();
      List<double[]> images = new ArrayList<>();
      for (double[] start : best.vectors) {
        double[] v = start.clone();
        while (!Matrices.orthonormalise(v, space)) {
          Arrays.setAll(v, _ -> random.nextDouble() - 0.5);
        }
        space.add(v);
      }
      for (int i = 0; i < space.size(); i++) {
        images.add(Matrices.times(space.get(i), matrix, d));
        double[] next = images.get(i).clone();
        if (space.size() < Math.min(d, k * DEPTH) && Matrices.orthonormalise(next, space)) {
          space.add(next);
        }
      }
      best = ritz(space, images, k);
      double residual = residual(matrix, d, best);
      boolean exact = residual <= EXACT * best.values[0];
      if (exact || (residual <= CLOSE * best.values[0] && residual > 0.5 * last)) {
        break;
      }
      last = residual;
    }
    return best;
  }

  /** The best pairs in a space, given the matrix's images of its vectors. */
  private static SymmetricEigen ritz(List<double[]> space, List<double[]> images, int k) {
    int n = space.size();
    double[] small = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = i; j < n; j++) {
        small[i * n + j] = Matrices.dot(space.get(i), images.get(j));
        small[j * n + i] = small[i * n + j];
      }
    }
    SymmetricEigen all = jacobi(small, n);
    double[][] vectors = new double[k][space.getFirst().length];
    for (int c = 0; c < k; c++) {
      for (int i = 0; i < n; i++) {
        double w = all.vectors[c][i];
        double[] v = space.get(i);
        for (int j = 0; j < v.length; j++) {
          vectors[c][j] += w * v[j];
        }
      }
    }
    return new SymmetricEigen(Arrays.copyOf(all.values, k), vectors);
  }

  private static double residual(double[] matrix, int d, SymmetricEigen pairs) {
    double worst = 0;
    for (int c = 0; c < pairs.values.length; c++) {
      double[] v = pairs.vectors[c];
      double[] av = Matrices.times(v, matrix, d);
      double sum = 0;
      for (int i = 0; i < d; i++) {
        double r = av[i] - pairs.values[c] * v[i];
        sum += r * r;
      }
      worst = Math.max(worst, sum);
    }
    return Math.sqrt(worst);
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
