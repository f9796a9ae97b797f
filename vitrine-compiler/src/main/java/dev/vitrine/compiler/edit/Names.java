package dev.vitrine.compiler.edit;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Suggestions;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Finds things by name, and says what there is when there is no such thing. */
final class Names {
  private Names() {}

  /** An output by its name, else a value by its own. */
  static Value value(Graph g, String name) {
    Value v = g.outputs().containsKey(name) ? g.outputs().get(name) : g.value(name);
    if (v == null) {
      throw unknown("value", name, all(g));
    }
    return v;
  }

  static Value input(Graph g, String name) {
    List<String> names = g.inputs().stream().map(Value::name).toList();
    if (!names.contains(name)) {
      throw unknown("input", name, names);
    }
    return g.value(name);
  }

  /** A node by its name or that of one of its outputs. */
  static Node node(Graph g, String name) {
    for (Node n : g.nodes()) {
      if (n.name().equals(name) || n.outputs().stream().anyMatch(v -> v.name().equals(name))) {
        return n;
      }
    }
    throw unknown("node", name, g.nodes().stream().map(Node::name).toList());
  }

  /** All names of values and outputs. */
  static List<String> all(Graph g) {
    return Stream.concat(g.outputs().keySet().stream(), g.values().stream().map(Value::name))
        .distinct()
        .toList();
  }

  static VitrineException unknown(String what, String name, Collection<String> names) {
    return Suggestions.unknown(what, name, names);
  }
}
