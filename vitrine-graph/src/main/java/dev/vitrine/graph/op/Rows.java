package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What the normalising operations share: arrays taken as rows, changed in place. */
final class Rows {
  /** The mean of each row before it was normalised, and 1 / √(variance + ε). */
  record Moments(double[] mean, double[] inverse) {}

  private Rows() {}

  /** The dimensions from an axis on: the shape of a row. */
  static Shape from(Shape x, long axis) {
    return new Shape(x.dims().subList(start(x, axis), x.rank()));
  }

  /** An axis from either end, or just past the last. */
  private static int start(Shape x, long axis) {
    return axis == x.rank() ? x.rank() : x.axis(axis);
  }

  /** The shape with size 1 from an axis on: that of one number for each row. */
  static Shape each(Shape x, long axis) {
    int from = start(x, axis);
    List<Dim> dims = new ArrayList<>(x.dims().subList(0, from));
    dims.addAll(Collections.nCopies(x.rank() - from, Dim.of(1)));
    return new Shape(dims);
  }

  /** The shape under which a vector over the channels broadcasts to x [N, C, spatial…]. */
  static Shape channels(Shape x) {
    return each(from(x, 1), 1);
  }

  /** Each of those inputs is a vector over the channels of input 0, or a fault. */
  static void checkChannels(Inputs in, int... vectors) {
    Dim channels = Check.atLeast(2, in, 0).dim(1);
    for (int i : vectors) {
      Check.same(Check.rank(1, in, i).dim(0), channels, "input " + i + " has another length");
    }
  }

  /** Gives every row of n elements mean 0 and variance 1. */
  static Moments standardise(double[] x, int n, double epsilon) {
    double[] mean = new double[n == 0 ? 0 : x.length / n];
    for (int row = 0; row < mean.length; row++) {
      double sum = 0;
      for (int i = row * n; i < (row + 1) * n; i++) {
        sum += x[i];
      }
      mean[row] = sum / n;
      for (int i = row * n; i < (row + 1) * n; i++) {
        x[i] -= mean[row];
      }
    }
    return new Moments(mean, divideByRootMeanSquare(x, n, epsilon));
  }

  /** Divides every row of n elements by √(mean of squares + ε); gives 1 / that. */
  static double[] divideByRootMeanSquare(double[] x, int n, double epsilon) {
    double[] inverse = new double[n == 0 ? 0 : x.length / n];
    for (int row = 0; row < inverse.length; row++) {
      double squares = 0;
      for (int i = row * n; i < (row + 1) * n; i++) {
        squares += x[i] * x[i];
      }
      inverse[row] = 1 / Math.sqrt(squares / n + epsilon);
      for (int i = row * n; i < (row + 1) * n; i++) {
        x[i] *= inverse[row];
      }
    }
    return inverse;
  }

  /** Multiplies every row by values whose shape broadcasts to the row's. */
  static void scale(double[] x, Shape row, double[] by, Shape shape) {
    int[] at = Broadcast.indices(shape, row);
    for (int i = 0; i < x.length; i++) {
      x[i] *= by[at[i % at.length]];
    }
  }

  /** Adds to every row values whose shape broadcasts to the row's. */
  static void shift(double[] x, Shape row, double[] by, Shape shape) {
    int[] at = Broadcast.indices(shape, row);
    for (int i = 0; i < x.length; i++) {
      x[i] += by[at[i % at.length]];
    }
  }
}
