package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Shape;
import java.util.List;

/** What the pools share: each plane of x [N, C, spatial…] is reduced window by window. */
final class Pooling {
  /** The reduction of one window. */
  interface Fold {
    /**
     * @param at where the plane starts in x
     * @param taps the elements of the plane that the window sees, padding left out
     * @param count how many they are
     * @param padded how many there would be with padding
     */
    double apply(double[] x, int at, int[] taps, int count, int padded);
  }

  private Pooling() {}

  static Shape shape(Inputs in, Sliding sliding) {
    Shape x = Check.atLeast(3, in, 0);
    return sliding.out(x, x.dim(1));
  }

  static double[] run(double[] x, Window window, Fold fold) {
    int in = window.inputs();
    int out = window.positions();
    int planes = in == 0 ? 0 : x.length / in;
    double[] y = new double[Math.multiplyExact(planes, out)];
    int[] taps = new int[window.taps()];
    for (int position = 0; position < out; position++) {
      window.taps(position, taps);
      int count = 0;
      for (int tap : taps) {
        if (tap >= 0) {
          taps[count++] = tap;
        }
      }
      int padded = window.padded(position);
      for (int plane = 0; plane < planes; plane++) {
        y[plane * out + position] = fold.apply(x, plane * in, taps, count, padded);
      }
    }
    return y;
  }

  /** The window over whole planes, for global pools. */
  static Window whole(Shape x) {
    List<Long> kernel = Sliding.kernel(List.of(), x);
    return new Sliding(AutoPad.VALID, kernel, List.of(), List.of(), List.of(), false).over(x);
  }

  /** The shape that a global pool gives. */
  static Shape whole(Inputs in) {
    Shape x = Check.atLeast(3, in, 0);
    for (int axis = 2; axis < x.rank(); axis++) {
      x = x.with(axis, Dim.of(1));
    }
    return x;
  }

  static double sum(double[] x, int at, int[] taps, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += x[at + taps[i]];
    }
    return sum;
  }

  /** The plane's element that is largest in the window, the first of equals; −1 in pure padding. */
  static int largest(double[] x, int at, int[] taps, int count) {
    int best = count == 0 ? -1 : taps[0];
    for (int i = 1; i < count; i++) {
      if (x[at + taps[i]] > x[at + best]) {
        best = taps[i];
      }
    }
    return best;
  }

  /** (Σ|x|ᵖ)^(1/p) over the window. */
  static double norm(double[] x, int at, int[] taps, int count, long p) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.pow(Math.abs(x[at + taps[i]]), p);
    }
    return Math.pow(sum, 1.0 / p);
  }
}
