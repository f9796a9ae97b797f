package dev.vitrine.compiler.plan;

import dev.vitrine.graph.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Elements of one buffer seen through strides: element (i₀, i₁, …) is at {@code offset + Σ iₐ ·
 * strides[a]}, counted in elements. A stride of 0 repeats, a negative one runs backwards.
 * Transposing, slicing, splitting and repeating make another view of the same memory.
 *
 * @param buffer the index in {@link Program#buffers()}
 */
public record View(int buffer, DType dtype, long offset, List<Long> sizes, List<Long> strides) {
  public View {
    sizes = List.copyOf(sizes);
    strides = List.copyOf(strides);
    if (sizes.size() != strides.size()) {
      throw new IllegalArgumentException(sizes + " has not the rank of " + strides);
    }
  }

  /** All of a buffer, row-major. */
  public static View dense(int buffer, DType dtype, List<Long> sizes) {
    return new View(buffer, dtype, 0, sizes, denseStrides(sizes));
  }

  private static List<Long> denseStrides(List<Long> sizes) {
    Long[] strides = new Long[sizes.size()];
    long step = 1;
    for (int i = sizes.size() - 1; i >= 0; i--) {
      strides[i] = step;
      step = Math.multiplyExact(step, Math.max(1, sizes.get(i)));
    }
    return List.of(strides);
  }

  public int rank() {
    return sizes.size();
  }

  /** The size of an axis; a negative axis counts from the end. */
  public long size(int axis) {
    return sizes.get(axis < 0 ? axis + rank() : axis);
  }

  /** The stride of an axis; a negative axis counts from the end. */
  public long stride(int axis) {
    return strides.get(axis < 0 ? axis + rank() : axis);
  }

  public long count() {
    return count(0, rank());
  }

  /** The product of the sizes of axes {@code from} (inclusive) to {@code to} (exclusive). */
  public long count(int from, int to) {
    long n = 1;
    for (int i = from; i < to; i++) {
      n = Math.multiplyExact(n, sizes.get(i));
    }
    return n;
  }

  /** Row-major without gaps. */
  public boolean isDense() {
    long step = 1;
    for (int i = rank() - 1; i >= 0; i--) {
      if (size(i) != 1 && stride(i) != step) {
        return false;
      }
      step *= size(i);
    }
    return true;
  }

  /** Whether some element is seen more than once. */
  public boolean isRepeated() {
    for (int i = 0; i < rank(); i++) {
      if (stride(i) == 0 && size(i) > 1) {
        return true;
      }
    }
    return false;
  }

  /** Axis i of the result is axis {@code order[i]} of this. */
  public View transpose(List<Integer> order) {
    return with(order.stream().map(sizes::get).toList(), order.stream().map(strides::get).toList());
  }

  /** The axis moved to the place {@code to}; the others keep their order. */
  public View move(int axis, int to) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < rank(); i++) {
      if (i != axis) {
        order.add(i);
      }
    }
    order.add(to, axis);
    return transpose(order);
  }

  /** Elements {@code start}, {@code start + step}, … of an axis. */
  public View slice(int axis, long start, long step, long size) {
    List<Long> n = new ArrayList<>(sizes);
    List<Long> s = new ArrayList<>(strides);
    n.set(axis, size);
    s.set(axis, stride(axis) * step);
    return new View(buffer, dtype, offset + start * stride(axis), n, s);
  }

  /** With an axis of size 1 put before {@code axis}. */
  public View insert(int axis) {
    List<Long> n = new ArrayList<>(sizes);
    List<Long> s = new ArrayList<>(strides);
    n.add(axis, 1L);
    s.add(axis, 0L);
    return with(n, s);
  }

  /** Element {@code i} of an axis, without that axis. */
  public View select(int axis, long i) {
    List<Long> n = new ArrayList<>(sizes);
    List<Long> s = new ArrayList<>(strides);
    n.remove(axis);
    s.remove(axis);
    return new View(buffer, dtype, offset + i * stride(axis), n, s);
  }

  /** Repeated to those sizes by ONNX's rule: axes align at the end, and those of size 1 stretch. */
  public View broadcast(List<Long> to) {
    int added = to.size() - rank();
    List<Long> s = new ArrayList<>(Collections.nCopies(added, 0L));
    for (int i = 0; i < rank(); i++) {
      s.add(size(i) == 1 && to.get(i + added) != 1 ? 0L : stride(i));
    }
    return with(to, s);
  }

  /**
   * The same elements in the same order under other sizes; null when that can't be told by strides
   * and needs a copy.
   */
  public View reshape(List<Long> to) {
    if (count() == 0) {
      return with(to, denseStrides(to));
    }
    Long[] s = new Long[to.size()];
    int axis = rank() - 1;
    int at = to.size() - 1;
    while (axis >= 0) {
      // A run of axes that step as one.
      long step = stride(axis);
      long run = size(axis);
      while (axis > 0 && (size(axis - 1) == 1 || run == 1 || stride(axis - 1) == step * run)) {
        axis--;
        step = run == 1 ? stride(axis) : step;
        run *= size(axis);
      }
      axis--;
      long left = run;
      while (at >= 0 && (left > 1 || to.get(at) == 1)) {
        if (left % to.get(at) != 0) {
          return null;
        }
        s[at] = step;
        step *= to.get(at);
        left /= to.get(at);
        at--;
      }
      if (left > 1) {
        return null;
      }
    }
    for (; at >= 0; at--) {
      s[at] = 0L;
    }
    return with(to, List.of(s));
  }

  /**
   * Axes {@code from} (inclusive) to {@code to} (exclusive) as one; null when they don't step as
   * one.
   */
  public View merge(int from, int to) {
    List<Long> n = new ArrayList<>(sizes.subList(0, from));
    n.add(count(from, to));
    n.addAll(sizes.subList(to, rank()));
    return reshape(n);
  }

  /** The axis cut into several whose sizes multiply to its own. */
  public View split(int axis, long... parts) {
    List<Long> n = new ArrayList<>(sizes);
    List<Long> s = new ArrayList<>(strides);
    long step = stride(axis);
    n.remove(axis);
    s.remove(axis);
    for (int i = parts.length - 1; i >= 0; i--) {
      n.add(axis, parts[i]);
      s.add(axis, step);
      step *= parts[i];
    }
    return with(n, s);
  }

  private View with(List<Long> newSizes, List<Long> newStrides) {
    return new View(buffer, dtype, offset, newSizes, newStrides);
  }

  /** The sizes as {@code 1370×384}. */
  public String shape() {
    return sizes.stream().map(String::valueOf).collect(Collectors.joining("×", "[", "]"));
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder("%").append(buffer);
    if (offset != 0) {
      s.append('+').append(offset);
    }
    s.append(shape());
    if (!isDense()) {
      s.append(strides.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}")));
    }
    return s.toString();
  }
}
