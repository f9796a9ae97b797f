package dev.vitrine.engine.kernel;

import dev.vitrine.compiler.plan.View;
import java.util.ArrayList;
import java.util.List;

/**
 * The loops over views of equal sizes, in as few axes as all of them allow and in the order in
 * which the last view lies in memory.
 */
public final class Nest {
  private final long[] sizes;
  // [axis][view]
  private final long[][] strides;
  private final long outer;

  public Nest(List<View> views) {
    View last = views.getLast();
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < last.rank(); i++) {
      if (last.size(i) != 1) {
        axes.add(i);
      }
    }
    axes.sort((a, b) -> Long.compare(Math.abs(last.stride(b)), Math.abs(last.stride(a))));
    List<Long> n = new ArrayList<>();
    List<long[]> s = new ArrayList<>();
    for (int axis : axes) {
      long[] steps = views.stream().mapToLong(v -> v.stride(axis)).toArray();
      if (!n.isEmpty() && continues(s.getLast(), steps, last.size(axis))) {
        n.set(n.size() - 1, n.getLast() * last.size(axis));
        s.set(s.size() - 1, steps);
      } else {
        n.add(last.size(axis));
        s.add(steps);
      }
    }
    if (n.isEmpty()) {
      n.add(1L);
      s.add(views.stream().mapToLong(_ -> 1).toArray());
    }
    sizes = n.stream().mapToLong(Long::longValue).toArray();
    strides = s.toArray(long[][]::new);
    outer = n.subList(0, n.size() - 1).stream().reduce(1L, Math::multiplyExact);
  }

  private static boolean continues(long[] outer, long[] inner, long size) {
    for (int i = 0; i < outer.length; i++) {
      if (outer[i] != inner[i] * size) {
        return false;
      }
    }
    return true;
  }

  /** The length of the innermost axis. */
  public long inner() {
    return sizes[sizes.length - 1];
  }

  /** How often the innermost axis is run along. */
  public long outer() {
    return outer;
  }

  /** The innermost stride of a view. */
  public long step(int view) {
    return strides[strides.length - 1][view];
  }

  /** The length of the axis around the innermost one; 1 where there is none. */
  public long rows() {
    return sizes.length < 2 ? 1 : sizes[sizes.length - 2];
  }

  /** A view's stride along {@link #rows()}. */
  public long rowStep(int view) {
    return sizes.length < 2 ? 0 : strides[sizes.length - 2][view];
  }

  /**
   * From a view's start to where run {@code index} of {@link #outer()} begins in it, in elements.
   */
  public long offset(int view, long index) {
    long at = 0;
    long rest = index;
    for (int i = sizes.length - 2; i >= 0; i--) {
      at += rest % sizes[i] * strides[i][view];
      rest /= sizes[i];
    }
    return at;
  }
}
