package dev.vitrine.graph.op;

import java.util.Arrays;

/**
 * Interpolation at a point of an n-dimensional plane: after {@link #at}, which elements the value
 * is made of and how much of each.
 */
final class Sampler {
  /** What lies beyond an axis of a size: the index that stands for one, or −1 for zero. */
  interface Beyond {
    int resolve(int index, int axis, int size);
  }

  static final Beyond ZERO = (index, _, size) -> index >= 0 && index < size ? index : -1;
  static final Beyond EDGE = (index, _, size) -> Math.clamp(index, 0, size - 1);

  private final int[] sizes;
  private final Filter filter;
  private final Beyond beyond;
  private final int[] offsets;
  private final double[] weights;

  Sampler(int[] sizes, Filter filter, Beyond beyond) {
    this.sizes = sizes;
    this.filter = filter;
    this.beyond = beyond;
    int taps = Math.toIntExact(Math.round(Math.pow(2.0 * filter.support(), sizes.length)));
    offsets = new int[taps];
    weights = new double[taps];
  }

  /** Moves to a point, in elements along each axis. */
  void at(double... point) {
    int count = 1;
    offsets[0] = 0;
    weights[0] = 1;
    int taps = 2 * filter.support();
    for (int axis = 0; axis < sizes.length; axis++) {
      int first = (int) Math.floor(point[axis]) - filter.support() + 1;
      for (int e = count - 1; e >= 0; e--) {
        int base = offsets[e];
        double weight = weights[e];
        for (int t = taps - 1; t >= 0; t--) {
          int index = beyond.resolve(first + t, axis, sizes[axis]);
          boolean inside = base >= 0 && index >= 0;
          offsets[e * taps + t] = inside ? base * sizes[axis] + index : -1;
          weights[e * taps + t] = weight * filter.weight(first + t - point[axis]);
        }
      }
      count *= taps;
    }
  }

  /** The number of elements that a value is made of. */
  int taps() {
    return offsets.length;
  }

  /** What tap {@code t} adds to the value of the plane that starts at {@code plane}. */
  double part(double[] x, int plane, int t) {
    return offsets[t] < 0 ? 0 : weights[t] * x[plane + offsets[t]];
  }

  /** The value of the plane that starts at {@code plane}. */
  double value(double[] x, int plane) {
    double sum = 0;
    for (int t = 0; t < offsets.length; t++) {
      sum += part(x, plane, t);
    }
    return sum;
  }

  /** The elements of a plane. */
  int inputs() {
    return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
  }
}
