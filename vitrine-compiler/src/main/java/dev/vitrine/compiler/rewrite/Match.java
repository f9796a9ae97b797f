package dev.vitrine.compiler.rewrite;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a rule's pattern found, and the means to write something else in its place. */
public final class Match {
  private final Graph graph;
  private final Node root;
  private final Bindings bindings;
  private final List<Node> added = new ArrayList<>();

  private Match(Graph graph, Node root, Bindings bindings) {
    this.graph = graph;
    this.root = root;
    this.bindings = bindings;
  }

  /** The first match of a pattern with its root at that node; null when there is none. */
  static Match find(Graph graph, Node root, Pattern pattern) {
    Bindings b = new Bindings();
    return pattern.match(root.output(), b, () -> true) ? new Match(graph, root, b) : null;
  }

  public Graph graph() {
    return graph;
  }

  public Node root() {
    return root;
  }

  /** The root's operation, which the pattern made sure is of that kind. */
  public <T extends Op> T op(Class<T> kind) {
    return kind.cast(root.op());
  }

  /** What a pattern stands for; null when it was in an alternative that was not taken. */
  public Value value(Pattern p) {
    return bindings.values.get(p);
  }

  /** The node that gives what a pattern stands for. */
  public Node node(Pattern p) {
    return value(p).producer();
  }

  /** True when nothing but the match itself reads what is computed on the way to its root. */
  public boolean onlyUsedInside() {
    Set<Node> inside = new HashSet<>();
    bindings.inner.forEach(v -> inside.add(v.producer()));
    for (Value v : bindings.inner) {
      if (v.producer() != root && (graph.isOutput(v) || !inside.containsAll(v.users()))) {
        return false;
      }
    }
    return true;
  }

  /** Adds a node that stands where the root stands. */
  public Value add(Op op, Value... inputs) {
    graph.placeAt(root);
    try {
      Value v = graph.addNamed(root.output().name(), op, inputs);
      added.add(v.producer());
      return v;
    } finally {
      graph.placeAt(null);
    }
  }

  /** Adds a constant that is to be named after that value. */
  public Value constant(Value like, Tensor tensor) {
    return graph.constant(like.name(), Weights.outsideHeap(tensor));
  }

  public Value constant(Tensor tensor) {
    return graph.constant(root.output().name(), Weights.outsideHeap(tensor));
  }

  public Value ints(long... values) {
    return constant(Tensor.ints(values));
  }

  /** Adds a node of several outputs that stands where the root stands. */
  public List<Value> addAll(Op op, int outputs, Value... inputs) {
    graph.placeAt(root);
    try {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < outputs; i++) {
        names.add(graph.freshName(root.output().name() + "_part" + i));
      }
      Node n = graph.node("", op, Arrays.asList(inputs), names);
      added.add(n);
      return n.outputs();
    } finally {
      graph.placeAt(null);
    }
  }

  /** Puts a new node in the place of the root. */
  public Outcome replace(Op op, Value... inputs) {
    return replace(add(op, inputs));
  }

  /** As {@link #replaceAll} for the root's outputs, in order; null for one that nobody reads. */
  public Outcome replace(Value... values) {
    Map<Value, Value> all = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != null) {
        all.put(root.outputs().get(i), values[i]);
      }
    }
    return replaceAll(all);
  }

  /**
   * Makes all readers of the keys read the values in their place, and removes what nobody reads
   * then. A new value takes over the name of the one that it replaces. It is a miss when types
   * differ.
   */
  public Outcome replaceAll(Map<Value, Value> values) {
    for (var e : values.entrySet()) {
      TensorType old = e.getKey().type();
      TensorType now = e.getValue().type();
      if (!fits(old, now)) {
        boolean shape = old.dtype() == now.dtype();
        return missed(shape ? Reason.OTHER_SHAPE : Reason.OTHER_TYPE, old + " would become " + now);
      }
    }
    Map<Value, String> names = new LinkedHashMap<>();
    values.forEach((old, now) -> names.putIfAbsent(now, old.name()));
    values.forEach(graph::replace);
    values.keySet().forEach(old -> Rewriter.removeDead(graph, old.producer()));
    names.forEach(
        (now, name) -> {
          if (added.contains(now.producer())
              && graph.contains(now.producer())
              && graph.value(name) == null) {
            graph.rename(now, name);
          }
        });
    return Outcome.CHANGED;
  }

  private static boolean fits(TensorType old, TensorType now) {
    if (!old.isKnown()) {
      return true;
    }
    if (!now.isKnown() || old.dtype() != now.dtype() || old.shape().rank() != now.shape().rank()) {
      return false;
    }
    for (int i = 0; i < old.shape().rank(); i++) {
      Dim a = old.shape().dim(i);
      Dim b = now.shape().dim(i);
      if (!a.equals(b) && a.isStatic() && b.isStatic()) {
        return false;
      }
    }
    return true;
  }

  public Outcome missed(Reason reason) {
    return new Outcome.Missed(reason, "");
  }

  public Outcome missed(Reason reason, String detail) {
    return new Outcome.Missed(reason, detail);
  }

  /** Takes out the nodes that were added but not used. */
  void undo() {
    for (Node n : added.reversed()) {
      if (graph.contains(n)) {
        graph.remove(n);
      }
    }
  }
}
