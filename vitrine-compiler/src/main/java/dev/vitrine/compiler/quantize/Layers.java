package dev.vitrine.compiler.quantize;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Suggestions;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which nodes of a simplified graph a node of the fused graph computes, and what configurations say
 * about those. Fusion keeps the names of values, which tells what lies between two of them.
 */
final class Layers {
  private static final String ALL = "DEFAULT";

  private final Graph simplified;
  private final Graph fused;
  private final List<LayerConfig> configs;
  private final Map<LayerConfig, Set<Node>> selected = new HashMap<>();

  /**
   * @throws VitrineException when a selector matches nothing
   */
  Layers(Graph simplified, Graph fused, List<LayerConfig> configs) {
    this.simplified = simplified;
    this.fused = fused;
    // By name before by operation before subgraphs; the sort is stable.
    this.configs =
        configs.stream()
            .sorted(
                Comparator.comparingInt(
                    c ->
                        switch (c.selector()) {
                          case Selector.Names _ -> 0;
                          case Selector.OpTypes _ -> 1;
                          case Selector.Between _ -> 2;
                        }))
            .toList();
    for (LayerConfig c : configs) {
      selected.put(c, select(c.selector()));
    }
  }

  /** The simplified nodes that a fused node stands for, in the order in which they run. */
  List<Node> of(Node n) {
    Set<String> below = new HashSet<>();
    n.inputs().forEach(v -> below.add(v == null ? "" : v.name()));
    Set<Node> found = new LinkedHashSet<>();
    Deque<Value> ahead = new ArrayDeque<>();
    for (Value v : n.outputs()) {
      Value same = simplified.value(v.name());
      if (same != null) {
        ahead.add(same);
      }
    }
    while (!ahead.isEmpty()) {
      Node next = ahead.poll().producer();
      if (next == null || !found.add(next)) {
        continue;
      }
      for (Value in : next.inputs()) {
        if (in != null && in.producer() != null && !isFused(in, below)) {
          ahead.add(in);
        }
      }
    }
    List<Node> order = new ArrayList<>(simplified.nodes());
    order.retainAll(found);
    return order;
  }

  /** Whether another node of the fused graph gives that value. */
  private boolean isFused(Value v, Set<String> below) {
    Value same = fused.value(v.name());
    return below.contains(v.name()) || (same != null && same.producer() != null);
  }

  /** The first configuration that is about a node of the fused graph; null when there is none. */
  LayerConfig config(Node n) {
    List<Node> nodes = of(n);
    return configs.stream()
        .filter(c -> nodes.stream().anyMatch(selected.get(c)::contains))
        .findFirst()
        .orElse(null);
  }

  private Set<Node> select(Selector selector) {
    return switch (selector) {
      case Selector.Names(List<String> names) ->
          names.stream().map(this::named).collect(Collectors.toSet());
      case Selector.OpTypes(List<String> types) ->
          types.stream().flatMap(t -> typed(t).stream()).collect(Collectors.toSet());
      case Selector.Between(List<String> starts, List<String> ends) -> {
        Set<Node> after = reached(values(starts, simplified.inputs()), Value::users, Node::outputs);
        Set<Node> before =
            reached(
                values(ends, List.copyOf(simplified.outputs().values())),
                v -> v.producer() == null ? List.of() : List.of(v.producer()),
                Node::inputs);
        after.retainAll(before);
        if (after.isEmpty()) {
          throw new VitrineException("nothing lies between " + starts + " and " + ends);
        }
        yield after;
      }
    };
  }

  private Node named(String name) {
    return simplified.nodes().stream()
        .filter(n -> n.name().equals(name) || n.output().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Suggestions.unknown(
                    "layer", name, simplified.nodes().stream().map(Node::name).toList()));
  }

  private Set<Node> typed(String type) {
    Set<Node> found =
        simplified.nodes().stream()
            .filter(n -> n.op().name().equalsIgnoreCase(type))
            .collect(Collectors.toSet());
    if (found.isEmpty()) {
      throw Suggestions.unknown(
          "layer of operation", type, simplified.nodes().stream().map(n -> n.op().name()).toList());
    }
    return found;
  }

  private List<Value> values(List<String> names, List<Value> all) {
    if (names.equals(List.of(ALL))) {
      return all;
    }
    return names.stream()
        .map(
            name -> {
              Value v = simplified.value(name);
              v = v == null ? simplified.outputs().get(name) : v;
              if (v == null) {
                throw Suggestions.unknown(
                    "tensor", name, simplified.values().stream().map(Value::name).toList());
              }
              return v;
            })
        .toList();
  }

  private static Set<Node> reached(
      List<Value> from, Function<Value, List<Node>> nodes, Function<Node, List<Value>> values) {
    Set<Node> found = new HashSet<>();
    Deque<Value> ahead = new ArrayDeque<>(from);
    while (!ahead.isEmpty()) {
      for (Node n : nodes.apply(ahead.poll())) {
        if (found.add(n)) {
          values.apply(n).stream().filter(v -> v != null).forEach(ahead::add);
        }
      }
    }
    return found;
  }
}
