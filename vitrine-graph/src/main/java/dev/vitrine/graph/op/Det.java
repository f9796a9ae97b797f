package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/** The determinants of square matrices in the last two axes. ONNX Det, opset 22. */
public record Det() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = Check.atLeast(2, in, 0);
    Check.same(s.dim(-2), s.dim(-1), "matrices that are not square");
    return List.of(in.type(0).with(new Shape(s.dims().subList(0, s.rank() - 2))));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    int n = Math.toIntExact(x.size(-1));
    Tensor out = Tensor.zeros(infer(in).getFirst());
    for (long m = 0; m < out.count(); m++) {
      double[][] a = new double[n][n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          a[i][j] = x.real((m * n + i) * n + j);
        }
      }
      out.set(m, determinant(a));
    }
    return List.of(out);
  }

  /** By elimination with the largest pivot of each column; overwrites the rows. */
  private static double determinant(double[][] a) {
    double product = 1;
    for (int k = 0; k < a.length; k++) {
      int pivot = k;
      for (int i = k + 1; i < a.length; i++) {
        pivot = Math.abs(a[i][k]) > Math.abs(a[pivot][k]) ? i : pivot;
      }
      if (a[pivot][k] == 0) {
        return 0;
      }
      double[] row = a[pivot];
      a[pivot] = a[k];
      a[k] = row;
      product *= pivot == k ? row[k] : -row[k];
      for (int i = k + 1; i < a.length; i++) {
        double factor = a[i][k] / row[k];
        for (int j = k; j < a.length; j++) {
          a[i][j] -= factor * row[j];
        }
      }
    }
    return product;
  }
}
