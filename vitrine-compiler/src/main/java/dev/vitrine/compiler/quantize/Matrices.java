package dev.vitrine.compiler.quantize;

import dev.vitrine.compiler.fused.QuantizeRows;
import java.util.Arrays;

/** Arithmetic on rows of floats that lie one after the other. */
final class Matrices {
  private static final int BLOCK = 4;

  private Matrices() {}

  /** x[rows, depth] · w[depth, columns]. */
  static float[] product(float[] x, float[] w, int depth, int columns) {
    int rows = x.length / depth;
    float[] out = new float[rows * columns];
    float[][] sums = new float[BLOCK][columns];
    float[] line = new float[columns];
    for (int row = 0; row < rows; row += BLOCK) {
      int count = Math.min(BLOCK, rows - row);
      for (float[] sum : sums) {
        Arrays.fill(sum, 0);
      }
      for (int k = 0; k < depth; k++) {
        float a = x[row * depth + k];
        float b = count > 1 ? x[(row + 1) * depth + k] : 0;
        float c = count > 2 ? x[(row + 2) * depth + k] : 0;
        float d = count > 3 ? x[(row + 3) * depth + k] : 0;
        System.arraycopy(w, k * columns, line, 0, columns);
        addFour(sums, a, b, c, d, line);
      }
      for (int i = 0; i < count; i++) {
        System.arraycopy(sums[i], 0, out, (row + i) * columns, columns);
      }
    }
    return out;
  }

  /** Elements of all arrays go by one index, without which the JIT compiler sees no vectors. */
  private static void addFour(float[][] sums, float a, float b, float c, float d, float[] line) {
    float[] first = sums[0];
    float[] second = sums[1];
    float[] third = sums[2];
    float[] fourth = sums[3];
    for (int n = 0; n < line.length; n++) {
      float y = line[n];
      first[n] += a * y;
      second[n] += b * y;
      third[n] += c * y;
      fourth[n] += d * y;
    }
  }

  /** Adds {@code by} times some numbers to the first elements of another array. */
  static void add(float[] to, float by, float[] line, int count) {
    for (int n = 0; n < count; n++) {
      to[n] += by * line[n];
    }
  }

  /** What {@link QuantizeRows} keeps of each row. */
  static float[] quantizedRows(float[] x, int depth, int levels) {
    float[] out = new float[x.length];
    for (int row = 0; row < x.length; row += depth) {
      float lo = 0;
      float hi = 0;
      for (int k = row; k < row + depth; k++) {
        lo = Math.min(lo, x[k]);
        hi = Math.max(hi, x[k]);
      }
      float range = hi - lo;
      if (range > QuantizeRows.TINY) {
        float inverse = levels / range;
        quantize(x, row, row + depth, range / levels, inverse, -lo * inverse, levels, out);
      }
    }
    return out;
  }

  /** What is left of numbers under one range. */
  static float[] quantized(float[] x, Range range, int levels) {
    float[] out = new float[x.length];
    float scale = range.scale(levels);
    quantize(x, 0, x.length, scale, 1 / scale, range.zero(levels), levels, out);
    return out;
  }

  private static void quantize(
      float[] x, int from, int to, float scale, float by, float zero, int levels, float[] out) {
    float z = (float) Math.rint(zero);
    for (int k = from; k < to; k++) {
      float code = Math.max(0, Math.min(levels, (float) Math.rint(x[k] * by) + z));
      out[k] = (code - z) * scale;
    }
  }

  /** Each row's element k times {@code by[k]}. */
  static float[] scaledColumns(float[] x, float[] by) {
    float[] out = new float[x.length];
    for (int row = 0; row < x.length; row += by.length) {
      for (int k = 0; k < by.length; k++) {
        out[row + k] = x[row + k] * by[k];
      }
    }
    return out;
  }

  /** Row k times {@code by[k]}. */
  static float[] scaledRows(float[] w, float[] by) {
    int columns = w.length / by.length;
    float[] out = new float[w.length];
    for (int k = 0; k < by.length; k++) {
      for (int n = k * columns; n < (k + 1) * columns; n++) {
        out[n] = w[n] * by[k];
      }
    }
    return out;
  }
}
