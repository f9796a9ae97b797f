package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Products [m×k] · [k×n] over stacks of matrices, with NumPy's rules for vectors and broadcasting.
 *
 * @param a for each product, which matrix of the first stack is read
 * @param b the same for the second
 */
record Products(int m, int k, int n, int[] a, int[] b) {

  /** The shape of a · b. */
  static Shape shape(Shape a, Shape b) {
    Check.that(a.rank() > 0 && b.rank() > 0, "a scalar has no matrix product");
    Check.same(a.dim(-1), b.dim(b.rank() == 1 ? 0 : -2), "the inner sizes differ");
    List<Dim> out = new ArrayList<>(Shape.broadcast(stack(a), stack(b)).dims());
    if (a.rank() > 1) {
      out.add(a.dim(-2));
    }
    if (b.rank() > 1) {
      out.add(b.dim(-1));
    }
    return new Shape(out);
  }

  /** All but the last two dimensions. */
  private static Shape stack(Shape s) {
    return new Shape(s.dims().subList(0, Math.max(0, s.rank() - 2)));
  }

  /** The products of shapes a and b, whose inner sizes agree. */
  static Products of(Shape a, Shape b) {
    shape(a, b);
    Shape stack = Shape.broadcast(stack(a), stack(b));
    return new Products(
        a.rank() == 1 ? 1 : Math.toIntExact(a.size(-2)),
        Math.toIntExact(a.size(-1)),
        b.rank() == 1 ? 1 : Math.toIntExact(b.size(-1)),
        Broadcast.indices(stack(a), stack),
        Broadcast.indices(stack(b), stack));
  }

  double[] multiply(double[] x, double[] y) {
    double[] out = new double[Math.multiplyExact(a.length, Math.multiplyExact(m, n))];
    for (int i = 0; i < a.length; i++) {
      new Matrix(out, i * m * n, n)
          .addProduct(new Matrix(x, a[i] * m * k, k), new Matrix(y, b[i] * k * n, n), m, k, n);
    }
    return out;
  }

  /** In 64-bit integers that wrap. */
  long[] multiply(long[] x, long[] y) {
    long[] out = new long[Math.multiplyExact(a.length, Math.multiplyExact(m, n))];
    for (int i = 0; i < out.length; i++) {
      int row = a[i / (m * n)] * m + i / n % m;
      for (int p = 0; p < k; p++) {
        out[i] += x[row * k + p] * y[(b[i / (m * n)] * k + p) * n + i % n];
      }
    }
    return out;
  }

  /** The transpose of a stack of m×n matrices. */
  static double[] transposed(double[] x, int m, int n) {
    double[] out = new double[x.length];
    for (int at = 0; at < x.length; at += m * n) {
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          out[at + j * m + i] = x[at + i * n + j];
        }
      }
    }
    return out;
  }
}
