package dev.vitrine.features.probe;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Minimises a smooth function by L-BFGS with a line search for the strong Wolfe conditions (Nocedal
 * and Wright, Numerical Optimization, 2nd edition, algorithms 7.4, 7.5, 3.5 and 3.6).
 * Deterministic.
 *
 * @param iterations the most steps
 * @param tolerance no element of the gradient is larger at the end
 */
record Lbfgs(int iterations, double tolerance) {
  /** Pairs of steps and gradients' changes that stand for the curvature. */
  private static final int MEMORY = 10;

  /** How much of the decrease that the slope promises a step must give. */
  private static final double DECREASE = 1e-4;

  /** How far a step must flatten the slope. */
  private static final double FLATNESS = 0.9;

  private static final int TRIALS = 30;

  /** A function with its gradient. */
  @FunctionalInterface
  interface Function {
    /**
     * @param gradient takes the gradient at {@code x}
     * @return the value at {@code x}
     */
    double at(double[] x, double[] gradient);
  }

  /**
   * Where the search ended.
   *
   * @param converged false when the steps ran out, or no step led down
   */
  record Minimum(double[] x, double value, int iterations, boolean converged) {}

  private record Pair(double[] step, double[] change, double curvature) {}

  private record Point(double t, double[] x, double value, double[] gradient, double slope) {}

  Minimum minimise(Function f, double[] start) {
    double[] gradient = new double[start.length];
    double value = f.at(start, gradient);
    Point now = new Point(0, start.clone(), value, gradient, 0);
    Deque<Pair> memory = new ArrayDeque<>();
    for (int i = 0; i < iterations; i++) {
      if (largest(now.gradient) <= tolerance) {
        return new Minimum(now.x, now.value, i, true);
      }
      double[] direction = direction(now.gradient, memory);
      if (!(dot(direction, now.gradient) < 0)) {
        memory.clear();
        direction = direction(now.gradient, memory);
      }
      double first = memory.isEmpty() ? Math.min(1, 1 / norm(now.gradient)) : 1;
      Point next = search(f, now, direction, first);
      if (next == null && memory.isEmpty()) {
        return new Minimum(now.x, now.value, i, false);
      } else if (next == null) {
        memory.clear();
        continue;
      }
      double[] step = minus(next.x, now.x);
      double[] change = minus(next.gradient, now.gradient);
      double curvature = dot(step, change);
      if (curvature > 1e-14 * dot(change, change)) {
        memory.addLast(new Pair(step, change, curvature));
        if (memory.size() > MEMORY) {
          memory.removeFirst();
        }
      }
      now = next;
    }
    return new Minimum(now.x, now.value, iterations, largest(now.gradient) <= tolerance);
  }

  /** Down the gradient, as the pairs bend it. */
  private static double[] direction(double[] gradient, Deque<Pair> memory) {
    double[] q = gradient.clone();
    double[] along = new double[memory.size()];
    int i = memory.size();
    for (var pairs = memory.descendingIterator(); pairs.hasNext(); ) {
      Pair p = pairs.next();
      along[--i] = dot(p.step, q) / p.curvature;
      add(q, -along[i], p.change);
    }
    if (!memory.isEmpty()) {
      Pair last = memory.getLast();
      scale(q, last.curvature / dot(last.change, last.change));
    }
    for (Pair p : memory) {
      add(q, along[i++] - dot(p.change, q) / p.curvature, p.step);
    }
    scale(q, -1);
    return q;
  }

  /** A step that meets both conditions, or at least leads down; null when none was found. */
  private static Point search(Function f, Point origin, double[] direction, double first) {
    Line line = new Line(f, origin, direction, dot(direction, origin.gradient));
    Point before = new Point(0, origin.x, origin.value, origin.gradient, line.slope);
    double t = first;
    for (int i = 0; i < TRIALS; i++) {
      Point p = line.at(t);
      if (!line.lower(p) || (i > 0 && p.value >= before.value)) {
        return line.zoom(before, p);
      }
      if (line.flat(p)) {
        return p;
      }
      if (p.slope >= 0) {
        return line.zoom(p, before);
      }
      before = p;
      t *= 2;
    }
    return before.t > 0 ? before : null;
  }

  /** The function along a direction from a point. */
  private record Line(Function f, Point origin, double[] direction, double slope) {
    Point at(double t) {
      double[] x = origin.x.clone();
      add(x, t, direction);
      double[] gradient = new double[x.length];
      double value = f.at(x, gradient);
      return new Point(t, x, value, gradient, dot(gradient, direction));
    }

    /** Values this near to the start's are told apart from it by rounding alone. */
    boolean lower(Point p) {
      double rounding = 1e-15 * Math.abs(origin.value);
      return p.value <= origin.value + DECREASE * p.t * slope + rounding;
    }

    boolean flat(Point p) {
      return Math.abs(p.slope) <= -FLATNESS * slope;
    }

    /** Closes in on a good step between two, the lower of which comes first. */
    Point zoom(Point low, Point high) {
      for (int i = 0; i < TRIALS; i++) {
        Point p = at(between(low, high));
        if (!lower(p) || p.value >= low.value) {
          high = p;
        } else {
          if (flat(p)) {
            return p;
          }
          if (p.slope * (high.t - low.t) >= 0) {
            high = low;
          }
          low = p;
        }
      }
      return low.t > 0 ? low : null;
    }

    /** The minimum of the cubic through both, kept away from the ends. */
    private static double between(Point a, Point b) {
      double width = b.t - a.t;
      double d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.t - b.t);
      double root = d1 * d1 - a.slope * b.slope;
      double d2 = Math.signum(width) * Math.sqrt(Math.max(0, root));
      double t = b.t - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
      double share = (t - a.t) / width;
      return share >= 0.1 && share <= 0.9 && root >= 0 ? t : a.t + width / 2;
    }
  }

  private static double largest(double[] v) {
    return Arrays.stream(v).map(Math::abs).max().orElse(0);
  }

  private static double norm(double[] v) {
    return Math.sqrt(dot(v, v));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double[] sums, double w, double[] v) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += w * v[i];
    }
  }

  private static void scale(double[] v, double w) {
    for (int i = 0; i < v.length; i++) {
      v[i] *= w;
    }
  }

  private static double[] minus(double[] a, double[] b) {
    double[] out = a.clone();
    add(out, -1, b);
    return out;
  }
}
