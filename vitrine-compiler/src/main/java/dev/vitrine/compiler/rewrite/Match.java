package dev.vitrine.compiler.rewrite;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
    return graph.constant(like.name(), tensor);
  }

  public Value constant(Tensor tensor) {
    return graph.constant(root.output().name(), tensor);
  }

  public Value ints(long... values) {
    return constant(Tensor.ints(values));
  }

  /** Puts a new node in the place of the root. */
  public Outcome replace(Op op, Value... inputs) {
    return replace(add(op, inputs));
  }

  /**
   * Makes all readers of the root's outputs read these values, and removes what nobody reads then.
   * One value for each output; null for one that nobody reads. It is a miss when the types differ.
   */
  public Outcome replace(Value... values) {
    for (int i = 0; i < values.length; i++) {
      Value old = root.outputs().get(i);
      if (values[i] != null && !fits(old.type(), values[i].type())) {
        return missed(Reason.OTHER_SHAPE, old.type() + " would become " + values[i].type());
      }
    }
    List<String> names = root.outputs().stream().map(Value::name).toList();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != null) {
        graph.replace(root.outputs().get(i), values[i]);
      }
    }
    Rewriter.removeDead(graph, root);
    for (int i = 0; i < values.length; i++) {
      boolean made = values[i] != null && added.contains(values[i].producer());
      if (made && graph.value(names.get(i)) == null && graph.contains(values[i].producer())) {
        graph.rename(values[i], names.get(i));
      }
    }
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
