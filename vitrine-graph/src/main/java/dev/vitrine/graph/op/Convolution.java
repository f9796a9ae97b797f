package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.util.List;

/** The convolution that the float and quantized operations share, by their common attributes. */
record Convolution(
    AutoPad autoPad,
    List<Long> dilations,
    long group,
    List<Long> kernelShape,
    List<Long> pads,
    List<Long> strides) {
  /** Output positions that are gathered at a time. */
  private static final int BLOCK = 256;

  private Sliding sliding(Shape weight) {
    List<Long> kernel = Sliding.kernel(kernelShape, weight);
    return new Sliding(autoPad, kernel, strides, dilations, pads, false);
  }

  /**
   * The output's shape, checked.
   *
   * @param x the number of the input [N, C, spatial…]
   * @param weight the number of the input [M, C/group, kernel…]
   */
  Shape shape(Inputs in, int x, int weight) {
    Shape xs = Check.atLeast(3, in, x);
    Shape ws = Check.rank(xs.rank(), in, weight);
    Check.that(group > 0, "group is %s", group);
    Check.that(
        !ws.dim(0).isStatic() || ws.size(0) % group == 0,
        "%s filters don't make %s groups",
        ws.dim(0),
        group);
    Check.same(xs.dim(1), ws.dim(1).times(Dim.of(group)), "the channels differ");
    Sliding sliding = sliding(ws);
    Shape out = sliding.out(xs, ws.dim(0));
    for (int i = 2; i < ws.rank(); i++) {
      Check.same(ws.dim(i), Dim.of(sliding.kernel().get(i - 2)), "kernel_shape differs");
    }
    return out;
  }

  /** The windows over x. */
  Window over(Shape x, Shape weight) {
    return sliding(weight).over(x);
  }

  /** The convolution of values of those shapes. */
  double[] run(double[] x, Shape xs, double[] w, Shape ws) {
    int n = Math.toIntExact(xs.size(0));
    int groups = Math.toIntExact(group);
    return run(x, w, n, groups, Math.toIntExact(ws.size(0)) / groups, over(xs, ws));
  }

  /** x [n, groups·c, inputs], w [groups·m, c, taps] → [n, groups·m, positions]. */
  private static double[] run(double[] x, double[] w, int n, int groups, int m, Window window) {
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

  /** Adds a bias [C] to y [N, C, spatial…]. */
  static void addBias(double[] y, Tensor bias, Shape shape) {
    Rows.shift(y, Rows.from(shape, 1), Reals.of(bias), Rows.channels(shape));
  }
}
