package dev.vitrine.compiler.edit;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Finds things by name, and says what there is when there is no such thing. */
final class Names {
  private static final int SUGGESTIONS = 3;

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
    List<String> nearest =
        names.stream()
            .sorted(Comparator.comparingInt((String n) -> distance(name, n)).thenComparing(n -> n))
            .limit(SUGGESTIONS)
            .toList();
    return new VitrineException(
        "there is no "
            + what
            + " '"
            + name
            + "'"
            + (nearest.isEmpty() ? "" : "; perhaps '" + String.join("', '", nearest) + "'"));
  }

  /** Levenshtein's distance, on names cut to a length that keeps it quick. */
  private static int distance(String a, String b) {
    int most = 80;
    String s = a.substring(Math.max(0, a.length() - most));
    String t = b.substring(Math.max(0, b.length() - most));
    int[] row = new int[t.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= s.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int substituted = diagonal + (s.charAt(i - 1) == t.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[t.length()];
  }
}
