package dev.vitrine.graph;

import java.util.ArrayList;
import java.util.List;

/** Checks that a graph keeps its own rules: run between passes in tests, and on what was read. */
public final class Verifier {
  private Verifier() {}

  /**
   * @throws GraphException naming the first fault: a value of no graph, users that don't match, a
   *     cycle, a type that differs from what the operation gives
   */
  public static void verify(Graph graph) {
    for (Node n : graph.nodes()) {
      for (Value v : n.inputs()) {
        if (v != null && graph.value(v.name()) != v) {
          throw n.fault("reads '" + v.name() + "', which is not of the graph");
        }
        if (v != null && !v.users().contains(n)) {
          throw n.fault("is not known as a user of '" + v.name() + "'");
        }
      }
      List<TensorType> types = Inference.infer(n, graph::elements).types();
      for (int i = 0; i < n.outputs().size(); i++) {
        Value out = n.outputs().get(i);
        if (out.producer() != n || graph.value(out.name()) != out) {
          throw n.fault("doesn't own its output '" + out.name() + "'");
        }
        if (!compatible(types.get(i), out.type())) {
          throw n.fault("'" + out.name() + "' is " + out.type() + " but should be " + types.get(i));
        }
      }
    }
    List<Node> nodes = new ArrayList<>(graph.nodes());
    for (Value v : graph.values()) {
      for (Node user : v.users()) {
        if (!user.inputs().contains(v) || !nodes.contains(user)) {
          throw new GraphException("'" + v.name() + "' lists a user that doesn't read it");
        }
      }
    }
    graph
        .outputs()
        .forEach(
            (name, v) -> {
              if (graph.value(v.name()) != v) {
                throw new GraphException("output '" + name + "' is no value of the graph");
              }
            });
  }

  private static boolean compatible(TensorType a, TensorType b) {
    if (!a.isKnown() || !b.isKnown()) {
      return true;
    }
    if (a.dtype() != b.dtype() || a.shape().rank() != b.shape().rank()) {
      return false;
    }
    for (int i = 0; i < a.shape().rank(); i++) {
      Dim x = a.shape().dim(i);
      Dim y = b.shape().dim(i);
      if (x.isStatic() && y.isStatic() && !x.equals(y)) {
        return false;
      }
    }
    return true;
  }
}
