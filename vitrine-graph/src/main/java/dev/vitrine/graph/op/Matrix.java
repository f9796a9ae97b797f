package dev.vitrine.graph.op;

/** A row-major matrix inside an array: where it starts, and how far its rows are apart. */
record Matrix(double[] data, int at, int stride) {

  /** This [m×n] += a[m×k] · b[k×n]. */
  void addProduct(Matrix a, Matrix b, int m, int k, int n) {
    for (int i = 0; i < m; i++) {
      for (int p = 0; p < k; p++) {
        double x = a.data[a.at + i * a.stride + p];
        addScaled(x, b.data, b.at + p * b.stride, at + i * stride, n);
      }
    }
  }

  private void addScaled(double x, double[] from, int fromAt, int to, int n) {
    for (int j = 0; j < n; j++) {
      data[to + j] += x * from[fromAt + j];
    }
  }
}
