package dev.vitrine.compiler.rewrite;

import dev.vitrine.compiler.rewrite.Rearrangement.Factor;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Transpose;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The least that a rearrangement of all elements comes down to: a Reshape, a Transpose, a Reshape,
 * each only where it is needed.
 *
 * @param first the shape before the Transpose; null when that is the source's
 * @param perm the Transpose; null when there is none
 * @param last the shape at the end; null when it is there already
 */
public record Views(Shape first, List<Long> perm, Shape last) {
  /**
   * The least nodes that do what a chain of views does.
   *
   * @param steps what each node of the chain gives; the first reads the source
   * @return null when that can't be told
   */
  public static Views of(Value source, List<Value> steps) {
    if (steps.stream().noneMatch(v -> v.producer().op() instanceof Transpose)) {
      Value last = steps.getLast();
      boolean known = source.type().isKnown() && last.type().isKnown();
      return known ? reshaped(source.shape(), last.shape()) : null;
    }
    Rearrangement r = Rearrangement.of(source, steps);
    return r == null ? null : of(r);
  }

  private static Views reshaped(Shape from, Shape to) {
    return new Views(null, null, from.equals(to) ? null : to);
  }

  private static Views of(Rearrangement r) {
    List<Factor> before = r.source().stream().flatMap(List::stream).toList();
    List<Factor> after = r.axes().stream().flatMap(List::stream).toList();
    if (before.equals(after)) {
      return reshaped(r.from(), r.to());
    }
    List<Long> fitted = fitted(r);
    if (fitted != null) {
      return new Views(null, fitted, null);
    }
    List<Integer> origin = order(r.axes(), before);
    if (origin != null) {
      Shape first = new Shape(origin.stream().map(r.to()::dim).toList());
      Long[] perm = new Long[origin.size()];
      IntStream.range(0, perm.length).forEach(i -> perm[origin.get(i)] = (long) i);
      return new Views(first, List.of(perm), null);
    }
    List<Integer> axes = order(r.source(), after);
    if (axes != null) {
      return new Views(null, perm(axes), r.to());
    }
    return runs(before, after, r.to());
  }

  /** The number of nodes. */
  public int count() {
    return (first == null ? 0 : 1) + (perm == null ? 0 : 1) + (last == null ? 0 : 1);
  }

  public boolean transposes() {
    return perm != null;
  }

  /** Adds the nodes; null when a shape can't be written with what is known of it. */
  public Value write(Match m, Value source) {
    Value v = first == null ? source : reshape(m, source, first);
    if (v != null && perm != null) {
      v = m.add(new Transpose(perm), v);
    }
    return v == null || last == null ? v : reshape(m, v, last);
  }

  /** A Reshape to that shape; null when the target can't be written as constants. */
  public static Value reshape(Match m, Value v, Shape to) {
    long[] target = target(v.shape(), to);
    return target == null ? null : m.add(new Reshape(false), v, m.ints(target));
  }

  /**
   * The constant that makes a Reshape of one shape give the other, with 0 and −1 for names; or
   * null.
   */
  public static long[] target(Shape from, Shape to) {
    long[] out = new long[to.rank()];
    int free = -1;
    for (int i = 0; i < out.length; i++) {
      Dim d = to.dim(i);
      if (d.isStatic()) {
        if (d.is(0)) {
          return null;
        }
        out[i] = d.size();
      } else if (free < 0) {
        free = i;
        out[i] = -1;
      } else if (i < from.rank() && from.dim(i).equals(d)) {
        out[i] = 0;
      } else if (free < from.rank() && from.dim(free).equals(to.dim(free))) {
        out[free] = 0;
        out[i] = -1;
        free = i;
      } else {
        return null;
      }
    }
    return out;
  }

  /**
   * The axes in the order in which their factors follow each other in {@code flat}; null when the
   * factors of one are not side by side there. Axes of size 1 stay behind the one before them.
   */
  private static List<Integer> order(List<List<Factor>> axes, List<Factor> flat) {
    double[] at = new double[axes.size()];
    for (int i = 0; i < at.length; i++) {
      List<Factor> axis = axes.get(i);
      if (axis.isEmpty()) {
        at[i] = i == 0 ? -1 : at[i - 1] + 1e-3;
        continue;
      }
      int start = flat.indexOf(axis.getFirst());
      if (start + axis.size() > flat.size()
          || !flat.subList(start, start + axis.size()).equals(axis)) {
        return null;
      }
      at[i] = start;
    }
    return IntStream.range(0, at.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> at[i]))
        .toList();
  }

  private static List<Long> perm(List<Integer> axes) {
    return axes.stream().map(Integer::longValue).toList();
  }

  /**
   * The Transpose that gives exactly the value's axes, those of size 1 taken where there are some.
   */
  private static List<Long> fitted(Rearrangement r) {
    List<List<Factor>> from = r.source();
    if (from.size() != r.axes().size()) {
      return null;
    }
    List<Long> perm = new ArrayList<>();
    for (List<Factor> axis : r.axes()) {
      int i = 0;
      while (i < from.size() && (perm.contains((long) i) || !from.get(i).equals(axis))) {
        i++;
      }
      if (i == from.size()) {
        return null;
      }
      perm.add((long) i);
    }
    return perm;
  }

  /** Reshape to the longest runs of factors that stay together, Transpose, Reshape. */
  private static Views runs(List<Factor> before, List<Factor> after, Shape last) {
    List<List<Factor>> runs = new ArrayList<>();
    for (Factor f : before) {
      int at = after.indexOf(f);
      if (at > 0 && !runs.isEmpty() && runs.getLast().getLast() == after.get(at - 1)) {
        runs.getLast().add(f);
      } else {
        runs.add(new ArrayList<>(List.of(f)));
      }
    }
    Shape first = new Shape(runs.stream().map(Rearrangement::size).toList());
    return new Views(first, perm(order(runs, after)), last);
  }
}
