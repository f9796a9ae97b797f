package dev.vitrine.compiler.fused;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * For each head h: softmax(scale · q_h · k_hᵀ + bias) · v_h, heads side by side in the last axis.
 *
 * <p>Inputs: q[B, Tq, heads·D], k[B, Tk, heads·D], v[B, Tk, heads·Dv], optional bias. The bias has
 * shape [b, h, tq, tk] where tq is 1 or Tq, tk is 1 or Tk, h is 1 or {@code heads}, and b divides
 * B: entry i of the batch takes bias i mod b (b = 1: one for all; b = the windows of one picture
 * when B is pictures × windows). Output: [B, Tq, heads·Dv].
 */
public record FusedAttention(int heads, float scale) implements Op {
  public static final int Q = 0;
  public static final int K = 1;
  public static final int V = 2;
  public static final int BIAS = 3;

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape q = in.shape(Q);
    Shape k = in.shape(K);
    Shape v = in.shape(V);
    Checks.rank("q", q, 3);
    Checks.rank("k", k, 3);
    Checks.rank("v", v, 3);
    Checks.divided("the last axis of q", q.dim(2), heads);
    Checks.divided("the last axis of v", v.dim(2), heads);
    Checks.same("the last axes of q and k", q.dim(2), k.dim(2));
    Checks.same("the batches of q and k", q.dim(0), k.dim(0));
    Checks.same("the batches of q and v", q.dim(0), v.dim(0));
    Checks.same("the lengths of k and v", k.dim(1), v.dim(1));
    if (in.has(BIAS)) {
      Shape bias = in.shape(BIAS);
      Checks.rank("bias", bias, 4);
      Dim batch = q.dim(0);
      Dim[] full = {batch, Dim.of(heads), q.dim(1), k.dim(1)};
      if (batch.isStatic()
          && bias.dim(0).isStatic()
          && (bias.dim(0).is(0) || batch.size() % bias.dim(0).size() != 0)) {
        throw new GraphException("bias " + bias + " doesn't repeat over a batch of " + batch);
      }
      for (int i = 1; i < 4; i++) {
        if (!bias.dim(i).is(1)) {
          Checks.same("axis " + i + " of the bias and of the scores", bias.dim(i), full[i]);
        }
      }
    }
    return List.of(in.type(Q).with(Shape.of(q.dim(0), q.dim(1), v.dim(2))));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor q = in.tensor(Q);
    Tensor k = in.tensor(K);
    Tensor v = in.tensor(V);
    long batch = q.size(0);
    long queries = q.size(1);
    int keys = Math.toIntExact(k.size(1));
    long depth = q.size(2) / heads;
    long width = v.size(2) / heads;
    Tensor out = Tensor.zeros(q.dtype(), Shape.of(batch, queries, v.size(2)));
    double[] p = new double[keys];
    for (long b = 0; b < batch; b++) {
      for (long h = 0; h < heads; h++) {
        for (long t = 0; t < queries; t++) {
          long query = (b * queries + t) * heads + h;
          double max = Double.NEGATIVE_INFINITY;
          for (int s = 0; s < keys; s++) {
            long key = (b * keys + s) * heads + h;
            double dot = 0;
            for (long d = 0; d < depth; d++) {
              dot += q.real(query * depth + d) * k.real(key * depth + d);
            }
            p[s] = scale * dot + (in.has(BIAS) ? bias(in.tensor(BIAS), b, h, t, s) : 0);
            max = Math.max(max, p[s]);
          }
          double sum = 0;
          for (int s = 0; s < keys; s++) {
            p[s] = Math.exp(p[s] - max);
            sum += p[s];
          }
          for (long d = 0; d < width; d++) {
            double mix = 0;
            for (int s = 0; s < keys; s++) {
              mix += p[s] * v.real(((b * keys + s) * heads + h) * width + d);
            }
            out.set(query * width + d, mix / sum);
          }
        }
      }
    }
    return List.of(out);
  }

  private static double bias(Tensor bias, long b, long h, long t, long s) {
    long[] n = bias.shape().sizes();
    return bias.real(((b % n[0] * n[1] + h % n[1]) * n[2] + t % n[2]) * n[3] + s % n[3]);
  }
}
