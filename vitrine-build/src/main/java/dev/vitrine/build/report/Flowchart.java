package dev.vitrine.build.report;

import dev.vitrine.compiler.quantize.LayerPrecision;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Value;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Layers and what they read, in colours of how close they are, as a Mermaid flowchart. */
public final class Flowchart {
  private static final double CLOSE = 0.999;
  private static final double FAIR = 0.99;

  private Flowchart() {}

  /**
   * @param graph whose values the layers' outputs are
   */
  public static String mermaid(Graph graph, List<LayerPrecision> layers) {
    StringBuilder s = new StringBuilder("flowchart TD\n");
    Map<Value, String> names = new LinkedHashMap<>();
    for (LayerPrecision l : layers) {
      Value v = graph.value(l.output());
      if (v == null || names.containsKey(v)) {
        continue;
      }
      String name = "n" + names.size();
      names.put(v, name);
      s.append(
          BuildTables.format(
              "  %s[\"%s<br>%s %.5f\"]:::%s\n",
              name,
              l.operator().replace("\"", "'"),
              l.op(),
              l.cosine(),
              l.cosine() >= CLOSE ? "close" : l.cosine() >= FAIR ? "fair" : "far"));
    }
    names.forEach(
        (v, name) -> {
          Set<Value> seen = new HashSet<>();
          read(v.producer(), names, seen);
          names.entrySet().stream()
              .filter(e -> seen.contains(e.getKey()) && e.getKey() != v)
              .forEach(e -> s.append("  " + e.getValue() + " --> " + name + "\n"));
        });
    s.append("  classDef close fill:#c8e6c9\n");
    s.append("  classDef fair fill:#fff3c4\n");
    return s.append("  classDef far fill:#f5b7b1\n").toString();
  }

  /** The nearest layers that a node's inputs come from. */
  private static void read(Node n, Map<Value, String> layers, Set<Value> seen) {
    if (n == null) {
      return;
    }
    for (Value v : n.inputs()) {
      if (v != null && seen.add(v) && !layers.containsKey(v)) {
        read(v.producer(), layers, seen);
      }
    }
  }
}
