package dev.vitrine.engine.portable;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.StepText;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Attention without a tokens × tokens matrix: blocks of keys pass by a block of queries while the
 * largest score and the sum of exponentials so far are kept for each query.
 *
 * <p>All is transposed, so that rows run over queries: scores are [keys][queries] and the result is
 * [width][queries]. Maximum, sum and both products then run along rows, and neither keys nor values
 * need transposing.
 */
final class AttentionKernel implements Kernel {
  private static final int QUERIES = 256;
  private static final int KEYS = 64;

  private final Step.Attention step;
  private final Strided q;
  private final Strided k;
  private final Strided v;
  private final Strided out;
  private final Strided bias;
  // Of a constant bias: [entry of batch and head · blocks + block][key][query].
  private final float[][][] packed;
  private final int heads;
  private final int queries;
  private final int keys;
  private final int depth;
  private final int width;
  private final int block;
  private final int blocks;

  AttentionKernel(Step.Attention s, Constants constants) {
    step = s;
    q = new Strided(s.q(), constants);
    k = new Strided(s.k(), constants);
    v = new Strided(s.v(), constants);
    out = new Strided(s.out(), constants);
    bias = s.bias() == null ? null : new Strided(s.bias(), constants);
    heads = Math.toIntExact(s.q().size(1));
    queries = Math.toIntExact(s.q().size(2));
    keys = Math.toIntExact(s.k().size(2));
    depth = Math.toIntExact(s.q().size(3));
    width = Math.toIntExact(s.v().size(3));
    int n = Math.max(1, (queries + QUERIES - 1) / QUERIES);
    block = (queries + n - 1) / n;
    blocks = block == 0 ? 0 : (queries + block - 1) / block;
    packed = bias != null && constants.isConstant(s.bias()) ? pack() : null;
  }

  private float[][][] pack() {
    int entries = Math.toIntExact(bias.view().size(0)) * heads;
    float[][][] all = new float[Math.multiplyExact(entries, blocks)][keys][];
    float[] row = new float[keys];
    for (int i = 0; i < all.length; i++) {
      int n = Math.min(block, queries - i % blocks * block);
      for (int key = 0; key < keys; key++) {
        all[i][key] = new float[n];
      }
      for (int j = 0; j < n; j++) {
        readBias(null, i / blocks, i % blocks * block + j, 0, row, keys);
        for (int key = 0; key < keys; key++) {
          all[i][key][j] = row[key];
        }
      }
    }
    return all;
  }

  private void readBias(MemorySegment arena, int entry, int query, int key, float[] to, int n) {
    View b = bias.view();
    long at = bias.at(entry, 2) + query * b.stride(2) + key * b.stride(3);
    bias.read(arena, at, b.stride(3), to, 0, n);
  }

  @Override
  public String name() {
    return StepText.name(step).replace("attention", "attention_portable");
  }

  @Override
  public int tiles() {
    return Math.multiplyExact(Math.toIntExact(step.q().size(0)) * heads, blocks);
  }

  @Override
  public void reserve(Scratch scratch) {
    scratch.rows(0, Multiply.padded(depth), block);
    scratch.rows(1, Multiply.padded(width), block);
    scratch.rows(2, KEYS, block);
    scratch.floats(0, KEYS * Multiply.padded(depth));
    scratch.floats(1, KEYS * Multiply.padded(width));
    for (int area = 2; area < 6; area++) {
      scratch.floats(area, Math.max(block, Math.max(Math.max(depth, width), KEYS)));
    }
    scratch.get(Functions.class, Functions::new).reserve(block);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int part = tile % blocks;
    int head = tile / blocks; // of all heads of the batch
    int first = part * block;
    int n = Math.min(block, queries - first);
    int depths = Multiply.padded(depth);
    int widths = Multiply.padded(width);
    float[][] query = scratch.rows(0, depths, block);
    float[][] result = scratch.rows(1, widths, block);
    float[][] score = scratch.rows(2, KEYS, block);
    float[] key = scratch.floats(0, KEYS * depths);
    float[] value = scratch.floats(1, KEYS * widths);
    float[] max = scratch.floats(2, block);
    float[] sum = scratch.floats(3, block);
    float[] next = scratch.floats(4, block);
    float[] row = scratch.floats(5, Math.max(Math.max(depth, width), KEYS));
    Functions functions = scratch.get(Functions.class, Functions::new);

    readQueries(arena, head, first, n, query, row);
    for (int d = 0; d < widths; d++) {
      Arrays.fill(result[d], 0, n, 0);
    }
    Arrays.fill(max, 0, n, -Float.MAX_VALUE);
    Arrays.fill(sum, 0, n, 0);
    for (int from = 0; from < keys; from += KEYS) {
      int count = Math.min(KEYS, keys - from);
      int padded = Multiply.padded(count);
      readRows(arena, k, head, from, count, padded, depth, key);
      for (int i = 0; i < padded; i++) {
        Arrays.fill(score[i], 0, n, 0);
      }
      Multiply.add(score, padded, key, depths, 1, query, depths, n);
      if (bias != null) {
        addBias(arena, head, part, from, count, n, score, row);
      }
      System.arraycopy(max, 0, next, 0, n);
      for (int i = 0; i < count; i++) {
        Rows.max(next, score[i], n);
      }
      Rows.subtract(max, next, n);
      functions.exp(max, n);
      Rows.multiply(sum, max, n);
      for (int i = 0; i < count; i++) {
        Rows.subtract(score[i], next, n);
        functions.exp(score[i], n);
        Rows.add(sum, score[i], n);
      }
      for (int d = 0; d < width; d++) {
        Rows.multiply(result[d], max, n);
      }
      System.arraycopy(next, 0, max, 0, n);
      readRows(arena, v, head, from, count, padded, width, value);
      Multiply.add(result, widths, value, 1, widths, score, padded, n);
    }
    for (int d = 0; d < width; d++) {
      Rows.divide(result[d], sum, n);
    }
    long at = out.at(head, 2) + first * out.view().stride(2);
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < width; d++) {
        row[d] = result[d][i];
      }
      out.write(arena, at + i * out.view().stride(2), out.step(), row, 0, width);
    }
  }

  private void readQueries(
      MemorySegment arena, int head, int first, int n, float[][] to, float[] row) {
    long at = q.at(head, 2) + first * q.view().stride(2);
    for (int i = 0; i < n; i++) {
      q.read(arena, at + i * q.view().stride(2), q.step(), row, 0, depth);
      for (int d = 0; d < depth; d++) {
        to[d][i] = row[d] * step.scale();
      }
    }
    for (int d = depth; d < Multiply.padded(depth); d++) {
      Arrays.fill(to[d], 0, n, 0);
    }
  }

  /** Rows of keys or values, each padded with zeros, and then rows of zeros. */
  private static void readRows(
      MemorySegment arena,
      Strided from,
      int head,
      int first,
      int count,
      int all,
      int n,
      float[] to) {
    int padded = Multiply.padded(n);
    long at = from.at(head, 2) + first * from.view().stride(2);
    for (int i = 0; i < count; i++) {
      from.read(arena, at + i * from.view().stride(2), from.step(), to, i * padded, n);
      Arrays.fill(to, i * padded + n, (i + 1) * padded, 0);
    }
    Arrays.fill(to, count * padded, all * padded, 0);
  }

  private void addBias(
      MemorySegment arena,
      int head,
      int part,
      int from,
      int count,
      int n,
      float[][] score,
      float[] row) {
    int entries = Math.toIntExact(bias.view().size(0)) * heads;
    int entry = head % entries;
    if (packed != null) {
      float[][] rows = packed[entry * blocks + part];
      for (int i = 0; i < count; i++) {
        Rows.add(score[i], rows[from + i], n);
      }
      return;
    }
    for (int j = 0; j < n; j++) {
      readBias(arena, entry, part * block + j, from, row, count);
      for (int i = 0; i < count; i++) {
        score[i][j] += row[i];
      }
    }
  }
}
