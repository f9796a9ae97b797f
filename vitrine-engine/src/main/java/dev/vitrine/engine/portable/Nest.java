package dev.vitrine.engine.portable;

import dev.vitrine.compiler.plan.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The loops over views of equal sizes, in as few axes as all of them allow and in the order in which
 * the last view lies in memory.
 */
final class Nest {
  private final List<Long> sizes = new ArrayList<>();
  // [axis][view]
  private final List<long[]> strides = new ArrayList<>();

  Nest(List<View> views) {
    View last = views.getLast();
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < last.rank(); i++) {
      if (last.size(i) != 1) {
        axes.add(i);
      }
    }
    axes.sort(Comparator.comparingLong((Integer i) -> -Math.abs(last.stride(i))));
    for (int axis : axes) {
      long[] s = views.stream().mapToLong(v -> v.stride(axis)).toArray();
      if (!sizes.isEmpty() && continues(strides.getLast(), s, last.size(axis))) {
        sizes.set(sizes.size() - 1, sizes.getLast() * last.size(axis));
        strides.set(strides.size() - 1, s);
      } else {
        sizes.add(last.size(axis));
        strides.add(s);
      }
    }
    if (sizes.isEmpty()) {
      sizes.add(1L);
      strides.add(views.stream().mapToLong(_ -> 1).toArray());
    }
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
  long inner() {
    return sizes.getLast();
  }

  /** How often the innermost axis is run along. */
  long outer() {
    return sizes.subList(0, sizes.size() - 1).stream().reduce(1L, Math::multiplyExact);
  }

  /** The innermost stride of a view. */
  long step(int view) {
    return strides.getLast()[view];
  }

  /** From a view's start to where run {@code index} of {@link #outer()} begins in it, in elements. */
  long offset(int view, long index) {
    long at = 0;
    long rest = index;
    for (int i = sizes.size() - 2; i >= 0; i--) {
      at += rest % sizes.get(i) * strides.get(i)[view];
      rest /= sizes.get(i);
    }
    return at;
  }
}
