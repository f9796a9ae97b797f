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
 *   <li>From every key the mean of every {@link #SAMPLE}th is taken away, which changes all scores
 *       of a query by the same and so nothing.
 *   <li>Queries and keys are quantized, each by its own range, and values by channel over all
 *       tokens; symmetric: see {@link #signed}.
 *   <li>A score is float(acc) · (scale of the key · (scale · log₂ e)), where acc is the exact sum
 *       of products of codes. The query's scale is still to be multiplied in.
 *   <li>Keys are in blocks of {@link #BLOCK}. The weight of a key is {@link #weight} of fma(score,
 *       s, −(m · s)), where s is the query's scale and m its greatest score in the block, and the
 *       block's factor is 2^((m − its greatest score of all) · s).
 *   <li>The result is the sum over blocks of the factor times the exact sum of weights times codes,
 *       times the channel's scale, divided by the sum of factors times the sum of weights.
 * </ul>
 *
 * <p>A byte is enough for weights in this way: one for a row would leave nothing of most keys where
 * there are many.
 */
public record QuantizedAttention(int heads, float scale) implements Op {
  /** Keys whose weights have one reference. */
  public static final int BLOCK = 128;

  /** The weight of the key with the block's greatest score. */
  public static final int WHOLE = 255;

  /**
   * {@link #WHOLE} · 2ˣ for |x| ≤ ½ is WHOLE + LINEAR · x + SQUARE · x², with a relative error
   * below 0.002 and none at 0.
   */
  public static final float LINEAR = 0.703f * WHOLE;

  public static final float SQUARE = 0.24f * WHOLE;

  /** Powers of 2 below this one are taken to be it: their weight is 0. */
  public static final float LEAST = -20;

  /** What is added to the codes of queries where they have to be unsigned bytes. */
  public static final int QUERY_ZERO = 128;

  /** The most keys: a thread keeps the scores of some queries to all of them. */
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
      int[] codes = new int[q[t].length];
      float by = signed(q[t], codes);
      float[] scores = scores(codes, keys, keyScale);
      int[] weights = weights(scores, by);
      double[] factors = factors(scores, by);
      double all = 0;
      for (int s = 0; s < weights.length; s++) {
        all += factors[s / BLOCK] * weights[s];
      }
      for (int d = 0; d < width; d++) {
        double sum = 0;
        for (int s = 0; s < weights.length; s++) {
          sum += factors[s / BLOCK] * weights[s] * values[d][s];
        }
        out.set((((long) b * q.length + t) * heads + h) * width + d, sum * valueScale[d] / all);
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

  private static float[] scores(int[] query, int[][] keys, float[] keyScale) {
    float[] out = new float[keys.length];
    for (int s = 0; s < keys.length; s++) {
      int acc = 0;
      for (int d = 0; d < query.length; d++) {
        acc += query[d] * keys[s][d];
      }
      out[s] = acc * keyScale[s];
    }
    return out;
  }

  private static float greatest(float[] scores, int from, int to) {
    float most = Float.NEGATIVE_INFINITY;
    for (int s = from; s < to; s++) {
      most = Math.max(most, scores[s]);
    }
    return most;
  }

  private static int[] weights(float[] scores, float by) {
    int[] out = new int[scores.length];
    for (int from = 0; from < out.length; from += BLOCK) {
      int to = Math.min(out.length, from + BLOCK);
      float most = greatest(scores, from, to);
      for (int s = from; s < to; s++) {
        out[s] = weight(Math.fma(scores[s], by, -(most * by)));
      }
    }
    return out;
  }

  /**
   * The weight, to the nearest whole number, of a key whose score is by x greater than the block's
   * greatest, in powers of 2: all tiers compute it with these roundings.
   */
  public static int weight(float x) {
    float held = Math.max(x, LEAST);
    float n = (float) Math.rint(held);
    float fraction = held - n;
    float power = Math.fma(Math.fma(SQUARE, fraction, LINEAR), fraction, WHOLE);
    return (int) Math.rint(Math.scalb(power, (int) n));
  }

  private static double[] factors(float[] scores, float by) {
    double[] out = new double[Math.ceilDiv(scores.length, BLOCK)];
    float most = greatest(scores, 0, scores.length);
    for (int b = 0; b < out.length; b++) {
      int to = Math.min(scores.length, (b + 1) * BLOCK);
      out[b] = Math.pow(2, (greatest(scores, b * BLOCK, to) - most) * by);
    }
    return out;
  }
}
