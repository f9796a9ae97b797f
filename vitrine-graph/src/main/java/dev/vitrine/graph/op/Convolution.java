package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Shape;

/** The convolution that the float and quantized operations share. */
final class Convolution {
  /** Output positions that are gathered at a time. */
  private static final int BLOCK = 256;

  private Convolution() {}

  /** The output's shape for x [N, C, spatial…] and weight [M, C/group, kernel…], checked. */
  static Shape shape(Inputs in, int x, int weight, long group, Sliding sliding) {
    Shape xs = Check.atLeast(3, in, x);
    Shape ws = Check.rank(xs.rank(), in, weight);
    Check.that(group > 0, "group is %s", group);
    if (ws.dim(0).isStatic() && ws.dim(1).isStatic()) {
      Check.that(ws.size(0) % group == 0, "%s filters don't make %s groups", ws.size(0), group);
      Check.same(
          xs.dim(1), ws.dim(1).times(Dim.of(group)), "the channels differ");
    }
    for (int i = 0; i < sliding.kernel().size() && i + 2 < ws.rank(); i++) {
      Check.same(
          ws.dim(i + 2), Dim.of(sliding.kernel().get(i)), "kernel_shape differs");
    }
    return sliding.out(xs, ws.dim(0));
  }

  /** x [n, groups·c, inputs], w [groups·m, c, taps] → [n, groups·m, positions]. */
  static double[] run(double[] x, double[] w, int n, int groups, int m, Window window) {
    int in = window.inputs();
    int out = window.positions();
    int c = in == 0 || n == 0 ? 0 : x.length / (n * groups * in);
    int taps = window.taps();
    int k = c * taps;
    double[] y = new double[Math.multiplyExact(Math.multiplyExact(n * groups, m), out)];
    double[] panel = new double[Math.multiplyExact(k, BLOCK)];
    int[][] at = new int[BLOCK][taps];
    for (int from = 0; from < out; from += BLOCK) {
      int count = Math.min(BLOCK, out - from);
      for (int j = 0; j < count; j++) {
        window.taps(from + j, at[j]);
      }
      for (int plane = 0; plane < n * groups; plane++) {
        for (int row = 0; row < k; row++) {
          int channel = (plane * c + row / taps) * in;
          int tap = row % taps;
          for (int j = 0; j < count; j++) {
            int offset = at[j][tap];
            panel[row * BLOCK + j] = offset < 0 ? 0 : x[channel + offset];
          }
        }
        new Matrix(y, plane * m * out + from, out)
            .addProduct(
                new Matrix(w, plane % groups * m * k, k), new Matrix(panel, 0, BLOCK), m, k, count);
      }
    }
    return y;
  }

  /** Adds bias[c] to every element of channel c of y [n, channels, inner]. */
  static void addBias(double[] y, double[] bias, int inner) {
    for (int i = 0; i < y.length; i++) {
      y[i] += bias[i / inner % bias.length];
    }
  }
}
