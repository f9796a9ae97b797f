package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * α·a·b + β·c for matrices a and b, each transposed first if so said; c is optional and broadcasts
 * to the product's shape. ONNX Gemm, opset 13.
 */
public record Gemm(float alpha, float beta, boolean transA, boolean transB) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape a = Check.rank(2, in, 0);
    Shape b = Check.rank(2, in, 1);
    Check.same(a.dim(transA ? 0 : 1), b.dim(transB ? 1 : 0), "the inner sizes differ");
    Dim m = a.dim(transA ? 1 : 0);
    return List.of(in.type(0).with(Shape.of(m, b.dim(transB ? 0 : 1))));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    TensorType type = infer(in).getFirst();
    int m = Math.toIntExact(type.shape().size(0));
    int n = Math.toIntExact(type.shape().size(1));
    int k = Math.toIntExact(in.shape(0).size(transA ? 0 : 1));
    double[] a = Reals.of(in.tensor(0));
    double[] b = Reals.of(in.tensor(1));
    double[] out =
        Products.of(Shape.of(m, k), Shape.of(k, n))
            .multiply(
                transA ? Products.transposed(a, k, m) : a,
                transB ? Products.transposed(b, n, k) : b);
    double[] c = in.has(2) ? Reals.of(in.tensor(2)) : new double[] {0};
    int[] at = Broadcast.indices(in.has(2) ? in.shape(2) : Shape.SCALAR, type.shape());
    for (int i = 0; i < out.length; i++) {
      out[i] = alpha * out[i] + beta * c[at[i]];
    }
    return List.of(Reals.to(type, out));
  }
}
