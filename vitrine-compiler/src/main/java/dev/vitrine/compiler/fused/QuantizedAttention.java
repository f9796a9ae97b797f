package dev.vitrine.compiler.fused;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * {@link FusedAttention} without a bias, its products made of bytes.
 *
 * <p>Inputs and output: as there, f32. For each batch entry and head, in float32:
 *
 * <ul>
 *   <li>Queries are quantized as {@link QuantizeRows} does by {@link Grade#W8A8}.
 *   <li>From every key the mean of every {@link #SAMPLE}th is taken away, which changes all scores
 *       of a query by the same and so nothing. Then each is quantized by its own range, symmetric:
 *       see {@link #signed}.
 *   <li>A score is float(acc) · (scale of the query · (scale of the key · (scale · log₂ e))), where
 *       acc is the exact sum of products of codes, the query's zero point taken off.
 *   <li>The weight of a key is rint({@link #WHOLE} · 2^(score − the query's greatest score)).
 *   <li>Values are quantized by channel over all tokens, symmetric. The result is the exact sum of
 *       weights times codes, times the channel's scale, divided by the sum of the weights.
 * </ul>
 */
public record QuantizedAttention(int heads, float scale) implements Op {
  /** The weight of the key with the greatest score. */
  public static final int WHOLE = 65535;

  /** The most keys: more weights could leave 32 bits. */
  public static final int MOST_KEYS = 1 << 15;

  public static final int SAMPLE = 16;

  private static final int SIGNED_LEVELS = 127;
  private static final double LOG2_E = 1 / Math.log(2);

  @Override
  public List<TensorType> infer(Inputs in) {
    if (in.size() > 3) {
      throw new GraphException("takes q, k and v, and no bias");
    }
    Shape k = in.shape(FusedAttention.K);
    if (k.rank() == 3 && k.dim(1).isStatic() && k.size(1) > MOST_KEYS) {
      throw new GraphException("has " + k.dim(1) + " keys; at most " + MOST_KEYS + " fit");
    }
    for (int i = 0; i < 3; i++) {
      if (in.dtype(i) != DType.F32) {
        throw new GraphException("is on f32, not on " + in.dtype(i).text());
      }
    }
    return new FusedAttention(heads, scale).infer(in);
  }

  /** The factor of scores: they are in powers of two. */
  public float factor() {
    return (float) (scale * LOG2_E);
  }

  /**
   * Symmetric codes: scale = max|x| / 127, codes = rint(x · (127 / max|x|)); all 0 where max|x| is
   * at most {@link QuantizeRows#TINY}.
   *
   * @return the scale
   */
  public static float signed(float[] x, int[] codes) {
    float most = 0;
    for (float v : x) {
      most = Math.max(most, Math.abs(v));
    }
    boolean flat = !(most > QuantizeRows.TINY);
    float inverse = flat ? 0 : SIGNED_LEVELS / most;
    for (int i = 0; i < x.length; i++) {
      codes[i] = (int) Math.rint(x[i] * inverse);
    }
    return flat ? 0 : most / SIGNED_LEVELS;
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor q = in.tensor(FusedAttention.Q);
    Tensor k = in.tensor(FusedAttention.K);
    Tensor v = in.tensor(FusedAttention.V);
    Tensor out = Tensor.zeros(DType.F32, Shape.of(q.size(0), q.size(1), v.size(2)));
    for (int b = 0; b < q.size(0); b++) {
      for (int h = 0; h < heads; h++) {
        head(rows(q, b, h), rows(k, b, h), rows(v, b, h), out, b, h);
      }
    }
    return List.of(out);
  }

  private float[][] rows(Tensor t, int batch, int head) {
    int tokens = Math.toIntExact(t.size(1));
    int depth = Math.toIntExact(t.size(2) / heads);
    float[][] out = new float[tokens][depth];
    for (int i = 0; i < tokens; i++) {
      for (int d = 0; d < depth; d++) {
        out[i][d] = (float) t.real((((long) batch * tokens + i) * heads + head) * depth + d);
      }
    }
    return out;
  }

  private void head(float[][] q, float[][] k, float[][] v, Tensor out, int b, int h) {
    centre(k);
    int[][] keys = new int[k.length][k.length == 0 ? 0 : k[0].length];
    float[] keyScale = new float[k.length];
    for (int t = 0; t < k.length; t++) {
      keyScale[t] = signed(k[t], keys[t]) * factor();
    }
    int width = v.length == 0 ? 0 : v[0].length;
    int[][] values = new int[width][v.length];
    float[] valueScale = new float[width];
    for (int d = 0; d < width; d++) {
      float[] channel = new float[v.length];
      for (int t = 0; t < v.length; t++) {
        channel[t] = v[t][d];
      }
      valueScale[d] = signed(channel, values[d]);
    }
    for (int t = 0; t < q.length; t++) {
      long[] weights = weights(scores(q[t], keys, keyScale));
      long all = 0;
      for (long w : weights) {
        all += w;
      }
      for (int d = 0; d < width; d++) {
        long sum = 0;
        for (int s = 0; s < weights.length; s++) {
          sum += weights[s] * values[d][s];
        }
        out.set(
            (((long) b * q.length + t) * heads + h) * width + d,
            (double) sum * valueScale[d] / all);
      }
    }
  }

  private static void centre(float[][] k) {
    for (int d = 0; k.length > 0 && d < k[0].length; d++) {
      float sum = 0;
      for (int t = 0; t < k.length; t += SAMPLE) {
        sum += k[t][d];
      }
      float mean = sum / Math.ceilDiv(k.length, SAMPLE);
      for (float[] key : k) {
        key[d] -= mean;
      }
    }
  }

  private static float[] scores(float[] query, int[][] keys, float[] keyScale) {
    Tensor row = Tensor.f32(Shape.of(query.length), query);
    List<Tensor> codes = new QuantizeRows(Grade.W8A8).evaluate(Inputs.of(row));
    float scale = (float) codes.get(1).real(0);
    int zero = (int) codes.get(2).integer(0);
    float[] out = new float[keys.length];
    for (int s = 0; s < keys.length; s++) {
      int acc = 0;
      for (int d = 0; d < query.length; d++) {
        acc += ((int) codes.get(0).integer(d) - zero) * keys[s][d];
      }
      out[s] = acc * (scale * keyScale[s]);
    }
    return out;
  }

  private static long[] weights(float[] scores) {
    float most = Float.NEGATIVE_INFINITY;
    for (float s : scores) {
      most = Math.max(most, s);
    }
    long[] out = new long[scores.length];
    for (int s = 0; s < out.length; s++) {
      out[s] = (long) Math.rint(WHOLE * Math.pow(2, scores[s] - most));
    }
    return out;
  }
}
