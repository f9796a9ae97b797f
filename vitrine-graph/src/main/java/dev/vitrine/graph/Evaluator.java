package dev.vitrine.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * Runs a graph node by node with the operations' own evaluation: slow, and the measure of all else.
 */
public final class Evaluator {
  private Evaluator() {}

  /** The graph's outputs for these inputs, by name. */
  public static Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs) {
    return run(graph, inputs, (_, _) -> {});
  }

  /**
   * As above, and shows every value as it is made.
   *
   * @param each gets each node's output and its tensor
   * @throws GraphException when an input is missing or doesn't fit its type
   */
  public static Map<String, Tensor> run(
      Graph graph, Map<String, Tensor> inputs, BiConsumer<Value, Tensor> each) {
    return run(graph, inputs, each, Evaluator::evaluate);
  }

  /**
   * As above with another way to compute nodes.
   *
   * @param how from a node and the tensors of its inputs (null for an absent one) to those of its
   *     outputs
   */
  public static Map<String, Tensor> run(
      Graph graph,
      Map<String, Tensor> inputs,
      BiConsumer<Value, Tensor> each,
      BiFunction<Node, List<Tensor>, List<Tensor>> how) {
    Map<Value, Tensor> known = new HashMap<>();
    graph.inputs().forEach(v -> known.put(v, checked(v, inputs.get(v.name()))));
    Map<Value, Integer> reads = new HashMap<>();
    for (Node n : graph.nodes()) {
      List<Tensor> in = new ArrayList<>();
      for (Value v : n.inputs()) {
        in.add(v == null ? null : v.isConstant() ? v.constant() : known.get(v));
      }
      List<Tensor> out = how.apply(n, in);
      for (int i = 0; i < n.outputs().size(); i++) {
        known.put(n.outputs().get(i), out.get(i));
        each.accept(n.outputs().get(i), out.get(i));
      }
      for (Value v : n.inputs()) {
        if (v != null
            && !v.isConstant()
            && !graph.isOutput(v)
            && reads.merge(v, 1, Integer::sum) == v.users().size()) {
          known.remove(v);
        }
      }
    }
    Map<String, Tensor> results = new LinkedHashMap<>();
    graph
        .outputs()
        .forEach((name, v) -> results.put(name, v.isConstant() ? v.constant() : known.get(v)));
    return results;
  }

  /** Evaluates one node; a fault names it. */
  public static List<Tensor> evaluate(Node n, List<Tensor> in) {
    try {
      List<Tensor> out = n.op().evaluate(Inputs.of(n.outputs().size(), in));
      if (out.size() < n.outputs().size()) {
        throw new GraphException("gives " + out.size() + " of " + n.outputs().size() + " outputs");
      }
      return out;
    } catch (GraphException e) {
      throw new GraphException(n.fault(e.getMessage()).getMessage(), e);
    } catch (ArithmeticException | IndexOutOfBoundsException e) {
      throw new GraphException(
          n.fault("can't be computed for its inputs: " + e.getMessage()).getMessage(), e);
    }
  }

  private static Tensor checked(Value input, Tensor given) {
    TensorType type = input.type();
    if (given == null) {
      throw new GraphException("input '" + input.name() + "' is missing; it takes " + type);
    }
    if (!type.isKnown()) {
      return given;
    }
    boolean fits = given.dtype() == type.dtype() && given.rank() == type.shape().rank();
    for (int i = 0; fits && i < given.rank(); i++) {
      Dim d = type.shape().dim(i);
      fits = d.isStatic() ? d.size() == given.size(i) : given.size(i) > 0;
    }
    if (!fits) {
      throw new GraphException(
          "input '" + input.name() + "' takes " + type + ", not " + given.type());
    }
    return given;
  }
}
