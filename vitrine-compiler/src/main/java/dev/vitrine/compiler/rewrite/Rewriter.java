package dev.vitrine.compiler.rewrite;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Applies a list of rules to a graph until none of them changes anything. */
final class Rewriter {
  private static final int SWEEPS = 200;

  private final Graph graph;
  private final List<Rule> rules;

  /** How often each rule changed the graph. */
  final Map<String, Integer> applied = new TreeMap<>();

  /** Near misses of the last sweep: those that hold for the result. */
  final List<Miss> misses = new ArrayList<>();

  /** Whether a rule that breaks a type rule is an error or a miss. */
  private final boolean strict;

  Rewriter(Graph graph, List<Rule> rules, boolean strict) {
    this.graph = graph;
    this.rules = rules;
    this.strict = strict;
  }

  boolean run() {
    for (int i = 0; i < SWEEPS; i++) {
      if (!sweep()) {
        return i > 0;
      }
      graph.removeDead();
      graph.inferAll();
    }
    throw new IllegalStateException("rules don't settle: " + applied);
  }

  private boolean sweep() {
    boolean changed = false;
    misses.clear();
    for (Node n : graph.nodes()) {
      for (Rule rule : rules) {
        if (!graph.contains(n)) {
          break;
        }
        changed |= apply(rule, n);
      }
    }
    return changed;
  }

  private boolean apply(Rule rule, Node n) {
    Match m = rule.pattern().mayStartAt(n.op()) ? Match.find(graph, n, rule.pattern()) : null;
    if (m == null) {
      return false;
    }
    Outcome outcome;
    try {
      outcome = rule.apply(m);
    } catch (GraphException e) {
      if (strict) {
        throw new IllegalStateException("rule " + rule.name() + " at " + n, e);
      }
      outcome = new Outcome.Missed(Reason.OTHER_SHAPE, e.getMessage());
    }
    switch (outcome) {
      case Outcome.Changed _ -> {
        applied.merge(rule.name(), 1, Integer::sum);
        return true;
      }
      case Outcome.Missed miss ->
          misses.add(new Miss(rule.name(), n.name(), miss.reason(), miss.detail()));
      case Outcome.Passed _ -> {}
    }
    m.undo();
    return false;
  }

  /** Removes a node if nobody reads it, and then what only it read. */
  static void removeDead(Graph graph, Node node) {
    Deque<Node> todo = new ArrayDeque<>(List.of(node));
    while (!todo.isEmpty()) {
      Node n = todo.pop();
      boolean read = n.outputs().stream().anyMatch(v -> !v.users().isEmpty() || graph.isOutput(v));
      if (read || !graph.contains(n)) {
        continue;
      }
      graph.remove(n);
      for (Value v : n.inputs()) {
        if (v != null && v.producer() != null) {
          todo.add(v.producer());
        }
      }
    }
  }
}
