package dev.vitrine.engine.portable;

import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.fused.QuantizeRows;
import dev.vitrine.compiler.fused.QuantizedAttention;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Attention on bytes, as the operation says: whole numbers in ints, and sums of weights times codes
 * in doubles. A tile is a block of queries of one head.
 */
final class QuantizedAttentionKernel implements Kernel {
  private static final int QUERIES = 128;

  private final Strided q;
  private final Strided k;
  private final Strided v;
  private final Strided out;
  private final float factor;
  private final int heads;
  private final int batches;
  private final int queries;
  private final int keys;
  private final int depth;
  private final int width;
  private final int blocks;

  QuantizedAttentionKernel(Step.QuantizedAttention s, Constants constants) {
    q = new Strided(s.q(), constants);
    k = new Strided(s.k(), constants);
    v = new Strided(s.v(), constants);
    out = new Strided(s.out(), constants);
    factor = s.factor();
    batches = Math.toIntExact(s.q().size(0));
    heads = Math.toIntExact(s.q().size(1));
    queries = Math.toIntExact(s.q().size(2));
    keys = Math.toIntExact(s.k().size(2));
    depth = Math.toIntExact(s.q().size(3));
    width = Math.toIntExact(s.v().size(3));
    blocks = Math.ceilDiv(queries, QUERIES);
  }

  @Override
  public String name() {
    return "attention_w8a8_portable";
  }

  @Override
  public int tiles() {
    return Math.multiplyExact(Math.multiplyExact(batches, heads), blocks);
  }

  @Override
  public void reserve(Scratch scratch) {
    scratch.get(State.class, State::new).reserve(keys, depth, width);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    State s = scratch.get(State.class, State::new);
    int head = tile / blocks; // of all heads of the batch
    readKeys(arena, head, s);
    readValues(arena, head, s);
    int first = tile % blocks * QUERIES;
    for (int i = first; i < Math.min(queries, first + QUERIES); i++) {
      q.read(arena, at(q, head, i), q.step(), s.row, 0, depth);
      float by = scores(s);
      float most = greatest(s, 0, keys);
      double all = 0;
      Arrays.fill(s.sums, 0, width, 0);
      for (int from = 0; from < keys; from += QuantizedAttention.BLOCK) {
        int to = Math.min(keys, from + QuantizedAttention.BLOCK);
        float here = greatest(s, from, to);
        double factor = Math.pow(2, (here - most) * by);
        for (int t = from; t < to; t++) {
          int weight = QuantizedAttention.weight(Math.fma(s.scores[t], by, -(here * by)));
          all += factor * weight;
          addScaled(s.sums, s.values[t], factor * weight, width);
        }
      }
      for (int d = 0; d < width; d++) {
        s.row[d] = (float) (s.sums[d] * s.valueScale[d] / all);
      }
      out.write(arena, at(out, head, i), out.step(), s.row, 0, width);
    }
  }

  private static long at(Strided x, int head, int row) {
    return x.at(head, 2) + row * x.view().stride(2);
  }

  private void readKeys(MemorySegment arena, int head, State s) {
    Arrays.fill(s.mean, 0, depth, 0);
    for (int t = 0; t < keys; t += QuantizedAttention.SAMPLE) {
      k.read(arena, at(k, head, t), k.step(), s.row, 0, depth);
      Rows.add(s.mean, s.row, depth);
    }
    for (int d = 0; d < depth; d++) {
      s.mean[d] /= Math.ceilDiv(keys, QuantizedAttention.SAMPLE);
    }
    for (int t = 0; t < keys; t++) {
      k.read(arena, at(k, head, t), k.step(), s.row, 0, depth);
      Rows.subtract(s.row, s.mean, depth);
      s.keyScale[t] = signed(s.row, depth, s.keys[t]) * factor;
    }
  }

  private void readValues(MemorySegment arena, int head, State s) {
    for (int d = 0; d < width; d++) {
      v.read(arena, at(v, head, 0) + d * v.step(), v.view().stride(2), s.channel, 0, keys);
      s.valueScale[d] = signed(s.channel, keys, s.codes);
      for (int t = 0; t < keys; t++) {
        s.values[t][d] = s.codes[t];
      }
    }
  }

  /** See {@link QuantizedAttention#signed}. */
  private static float signed(float[] x, int n, int[] codes) {
    float most = 0;
    for (int i = 0; i < n; i++) {
      most = Math.max(most, Math.abs(x[i]));
    }
    boolean flat = !(most > QuantizeRows.TINY);
    float inverse = flat ? 0 : Grade.W8A8.weight() / most;
    for (int i = 0; i < n; i++) {
      codes[i] = (int) RowCodes.rounded(x[i] * inverse);
    }
    return flat ? 0 : most / Grade.W8A8.weight();
  }

  /** The scores of the query in {@link State#row} with all keys; gives the query's scale. */
  private float scores(State s) {
    float by = signed(s.row, depth, s.query);
    for (int t = 0; t < keys; t++) {
      s.scores[t] = dot(s.query, s.keys[t], depth) * s.keyScale[t];
    }
    return by;
  }

  private static float greatest(State s, int from, int to) {
    float most = Float.NEGATIVE_INFINITY;
    for (int t = from; t < to; t++) {
      most = Math.max(most, s.scores[t]);
    }
    return most;
  }

  private static int dot(int[] a, int[] b, int n) {
    int sum = 0;
    for (int i = 0; i < n; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void addScaled(double[] sums, double[] x, double by, int n) {
    for (int i = 0; i < n; i++) {
      sums[i] += by * x[i];
    }
  }

  /** A thread's. */
  private static final class State {
    private int[][] keys = new int[0][];
    private double[][] values = new double[0][];
    private float[] keyScale;
    private float[] scores;
    private float[] channel;
    private int[] codes;
    private float[] row;
    private float[] mean;
    private int[] query;
    private float[] valueScale;
    private double[] sums;

    void reserve(int tokens, int depth, int width) {
      int deep = Math.max(depth, query == null ? 0 : query.length);
      int wide = Math.max(width, sums == null ? 0 : sums.length);
      int most = Math.max(tokens, keys.length);
      if (query != null && most == keys.length && deep == query.length && wide == sums.length) {
        return;
      }
      keys = new int[most][deep];
      values = new double[most][wide];
      keyScale = new float[most];
      scores = new float[most];
      channel = new float[most];
      codes = new int[most];
      row = new float[Math.max(deep, wide)];
      mean = new float[deep];
      query = new int[deep];
      valueScale = new float[wide];
      sums = new double[wide];
    }
  }
}
