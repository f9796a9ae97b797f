package dev.vitrine.compiler.plan;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Concat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Where a graph's values are while its program is made. A value's view has the value's sizes. */
final class Values {
  private final Graph graph;
  private final ProgramBuilder builder = new ProgramBuilder();
  private final Map<Value, View> views = new HashMap<>();
  // Views of what is made when it is asked for.
  private final Map<Value, Supplier<View>> pending = new HashMap<>();

  // The order of axes in memory of what a Concat gives, where its inputs are already written to it.
  private final Map<Value, List<Integer>> wholes = new HashMap<>();

  Values(Graph graph) {
    this.graph = graph;
  }

  Graph graph() {
    return graph;
  }

  ProgramBuilder builder() {
    return builder;
  }

  void add(Step step) {
    builder.add(step);
  }

  static List<Long> sizes(Value v) {
    return Arrays.stream(v.shape().sizes()).boxed().toList();
  }

  static boolean isF32(Value v) {
    return v.dtype() == DType.F32;
  }

  /** A constant input; null when it is absent or computed. */
  static Tensor constant(Node n, int input) {
    Value v = n.input(input);
    return v == null ? null : v.constant();
  }

  /** Where a value is; makes it if that was put off. */
  View view(Value v) {
    if (v.isConstant()) {
      return builder.constant(v.name(), v.constant());
    }
    var make = pending.remove(v);
    if (make != null) {
      views.put(v, make.get());
    }
    return views.get(v);
  }

  /** A constant that the graph doesn't have. */
  View constant(String name, Tensor tensor) {
    return builder.constant(name, tensor);
  }

  /** The same, row-major without gaps: copied if it isn't. */
  View dense(Value v) {
    return dense(view(v));
  }

  View dense(View v) {
    if (v.isDense()) {
      return v;
    }
    View copy = builder.allocate(v.dtype(), v.sizes());
    add(new Step.Copy(v, copy));
    return copy;
  }

  /** The elements under other sizes: a view when strides allow it, else of a copy. */
  View reshape(View v, List<Long> sizes) {
    View out = v.reshape(sizes);
    return out != null ? out : dense(v).reshape(sizes);
  }

  void define(Value v, View view) {
    views.put(v, view);
  }

  /** Says how to make a value once it is needed. */
  void defineLater(Value v, Supplier<View> make) {
    pending.put(v, make);
  }

  /** Memory for a value, in row-major order. */
  View allocate(Value v) {
    return allocate(v, IntStream.range(0, v.shape().rank()).boxed().toList());
  }

  /** A new buffer for a value, row-major without gaps. */
  View allocateDense(Value v) {
    View view = builder.allocate(v.dtype(), sizes(v));
    define(v, view);
    return view;
  }

  /**
   * Memory for a value, its axes in that order, outermost first: a new buffer, or the value's part
   * of what a Concat makes of it.
   */
  View allocate(Value v, List<Integer> order) {
    View view = part(v, order);
    if (view == null) {
      view =
          builder
              .allocate(v.dtype(), order.stream().map(sizes(v)::get).toList())
              .transpose(inverse(order));
    }
    define(v, view);
    return view;
  }

  /**
   * The place of a value in the result of the Concat that alone reads it; null when there is none.
   */
  private View part(Value v, List<Integer> order) {
    if (!graph.usedOnce(v) || !(v.users().getFirst().op() instanceof Concat c)) {
      return null;
    }
    Node user = v.users().getFirst();
    Value whole = user.output();
    if (!wholes.containsKey(whole)) {
      wholes.put(whole, order);
      allocate(whole, order);
    } else if (!wholes.get(whole).equals(order)) {
      return null;
    }
    int axis = whole.shape().axis(c.axis());
    long start = 0;
    for (int i = 0; user.input(i) != v; i++) {
      start += user.input(i).shape().size(axis);
    }
    return views.get(whole).slice(axis, start, 1, v.shape().size(axis));
  }

  /** Whether memory for a Concat's result is there before its turn. */
  boolean isStarted(Value whole) {
    return wholes.containsKey(whole);
  }

  /** Memory for a value, its axes ordered as those of another view of that rank. */
  View allocateLike(Value v, View model) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, model.rank()).boxed().toList());
    order.sort(Comparator.comparingLong((Integer i) -> -Math.abs(model.stride(i))));
    return model.isRepeated() ? allocate(v) : allocate(v, order);
  }

  private static List<Integer> inverse(List<Integer> order) {
    Integer[] at = new Integer[order.size()];
    for (int i = 0; i < at.length; i++) {
      at[order.get(i)] = i;
    }
    return List.of(at);
  }
}
