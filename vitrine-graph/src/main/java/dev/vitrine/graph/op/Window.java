package dev.vitrine.graph.op;

import java.util.Arrays;

/**
 * The windows of a convolution or pool over one plane, by spatial axis: sizes of the input and of
 * the output, taps, steps, and padding at either end.
 */
record Window(
    int[] in, int[] out, int[] kernel, int[] strides, int[] dilations, int[] begin, int[] end) {

  /** From each axis's seven numbers. */
  static Window of(long[]... axes) {
    int[][] parts = new int[7][axes.length];
    for (int axis = 0; axis < axes.length; axis++) {
      for (int p = 0; p < parts.length; p++) {
        parts[p][axis] = Math.toIntExact(axes[axis][p]);
      }
    }
    return new Window(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], parts[6]);
  }

  /** The number of elements that a window sees, padding included. */
  int taps() {
    return product(kernel);
  }

  /** The elements of an input plane. */
  int inputs() {
    return product(in);
  }

  /** The elements of an output plane. */
  int positions() {
    return product(out);
  }

  private static int product(int[] sizes) {
    return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
  }

  /** The elements of the input plane that the window at an output position sees; −1 is padding. */
  void taps(int position, int[] to) {
    int[] start = start(position);
    int count = 1;
    to[0] = 0;
    for (int axis = 0; axis < in.length; axis++) {
      for (int e = count - 1; e >= 0; e--) {
        int base = to[e];
        for (int k = kernel[axis] - 1; k >= 0; k--) {
          int at = start[axis] + k * dilations[axis];
          boolean inside = base >= 0 && at >= 0 && at < in[axis];
          to[e * kernel[axis] + k] = inside ? base * in[axis] + at : -1;
        }
      }
      count *= kernel[axis];
    }
  }

  /** How many taps of the window at an output position lie on the input or its padding. */
  int padded(int position) {
    int[] start = start(position);
    int count = 1;
    for (int axis = 0; axis < in.length; axis++) {
      int room = in[axis] + end[axis] - start[axis];
      count *= Math.min(kernel[axis], Math.ceilDiv(room, dilations[axis]));
    }
    return count;
  }

  /** The input coordinates of the first tap. */
  int[] start(int position) {
    int[] start = new int[in.length];
    for (int axis = in.length - 1; axis >= 0; axis--) {
      start[axis] = position % out[axis] * strides[axis] - begin[axis];
      position /= out[axis];
    }
    return start;
  }
}
