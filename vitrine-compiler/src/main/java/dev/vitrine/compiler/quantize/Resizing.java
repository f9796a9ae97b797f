package dev.vitrine.compiler.quantize;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A quantized graph for another size of its inputs: what quantization made stays, what differs
 * between the float graphs of both sizes is exchanged.
 */
public final class Resizing {
  private final Graph quantized;
  private final Graph from;
  private final Graph to;
  // Of the float graph for the first size, what stands in its place for the second.
  private final Map<Value, Value> counterparts = new HashMap<>();
  private final Graph made = new Graph();
  private final Map<Value, Value> copies = new HashMap<>();
  private final Map<Value, Map<Tensor, Value>> constants = new HashMap<>();

  private Resizing(Graph quantized, Graph from, Graph to) {
    this.quantized = quantized;
    this.from = from;
    this.to = to;
  }

  /**
   * @param quantized made from {@code from}, whose names it keeps; it is not changed
   * @param from the fused float graph for the size that the quantized one has
   * @param to the same for the other size
   * @return fresh; it shares the constants that are the same
   * @throws GraphException when the two float graphs differ in more than sizes
   */
  public static Graph resize(Graph quantized, Graph from, Graph to) {
    return new Resizing(quantized, from, to).run();
  }

  private Graph run() {
    pair();
    for (Value v : quantized.inputs()) {
      copies.put(v, made.input(v.name(), to.value(v.name()).type()));
    }
    for (Node n : quantized.nodes()) {
      List<Value> in = new ArrayList<>();
      for (int i = 0; i < n.inputs().size(); i++) {
        Value v = n.input(i);
        in.add(v == null ? null : v.isConstant() ? constant(n, i) : copies.get(v));
      }
      List<String> names = n.outputs().stream().map(Value::name).toList();
      List<Value> out = made.node(n.name(), op(n), in, names).outputs();
      for (int i = 0; i < out.size(); i++) {
        copies.put(n.outputs().get(i), out.get(i));
      }
    }
    quantized.outputs().forEach((name, v) -> made.output(name, copies.get(v)));
    made.outputs()
        .forEach(
            (name, v) -> {
              if (!v.type().equals(to.outputs().get(name).type())) {
                throw new GraphException(
                    "output '%s' would be %s, not %s"
                        .formatted(name, v.type(), to.outputs().get(name).type()));
              }
            });
    return made;
  }

  private void pair() {
    if (from.nodes().size() != to.nodes().size()) {
      throw new GraphException("the model for that size is another graph");
    }
    for (Value v : from.inputs()) {
      counterparts.put(v, to.value(v.name()));
    }
    for (int i = 0; i < from.nodes().size(); i++) {
      Node a = from.nodes().get(i);
      Node b = to.nodes().get(i);
      boolean same =
          a.op().getClass() == b.op().getClass()
              && a.inputs().size() == b.inputs().size()
              && a.outputs().size() == b.outputs().size();
      for (int k = 0; same && k < a.inputs().size(); k++) {
        same = pair(a.input(k), b.input(k));
      }
      if (!same) {
        throw new GraphException("the model for that size has another node at '" + a.name() + "'");
      }
      for (int k = 0; k < a.outputs().size(); k++) {
        counterparts.put(a.outputs().get(k), b.outputs().get(k));
      }
    }
  }

  private boolean pair(Value a, Value b) {
    if (a == null || b == null) {
      return a == b;
    }
    Value before = counterparts.putIfAbsent(a, b);
    return a.isConstant() == b.isConstant()
        && (before == null
            || before == b
            || (a.isConstant() && before.constant().sameAs(b.constant())));
  }

  /** The operation of the other size where quantization left it as it was. */
  private Op op(Node n) {
    Value v = from.value(n.output().name());
    Node same = v == null ? null : v.producer();
    return same != null && same.op().equals(n.op()) && counterparts.get(v) != null
        ? counterparts.get(v).producer().op()
        : n.op();
  }

  private Value constant(Node n, int i) {
    Value v = n.input(i);
    Tensor t = exchanged(n, i);
    return constants
        .computeIfAbsent(v, _ -> new IdentityHashMap<>())
        .computeIfAbsent(t, _ -> made.constant(v.name(), t));
  }

  private Tensor exchanged(Node n, int i) {
    Tensor own = n.input(i).constant();
    Value v = from.value(n.output().name());
    Node same = v == null ? null : v.producer();
    boolean there =
        same != null
            && same.op().getClass() == n.op().getClass()
            && i < same.inputs().size()
            && same.input(i) != null
            && same.input(i).isConstant();
    if (there) {
      return exchanged(own, same.input(i).constant(), counterparts.get(same.input(i)).constant());
    }
    for (Value c : from.values()) {
      Value now = counterparts.get(c);
      if (c.isConstant()
          && now != null
          && c.type().equals(n.input(i).type())
          && !c.constant().sameAs(now.constant())
          && c.constant().sameAs(own)) {
        throw new GraphException("'" + n.input(i).name() + "' may depend on the size");
      }
    }
    return own;
  }

  private static Tensor exchanged(Tensor own, Tensor before, Tensor now) {
    if (before.sameAs(now)) {
      return own;
    } else if (before.sameAs(own)) {
      return now;
    } else if (before.dtype() == DType.F32 && rounded(before).sameAs(own)) {
      return rounded(now);
    }
    throw new GraphException("a constant depends on the size and was changed by quantization");
  }

  /** As weights that stay floats are kept. */
  private static Tensor rounded(Tensor t) {
    return t.cast(DType.F16).cast(DType.F32);
  }
}
