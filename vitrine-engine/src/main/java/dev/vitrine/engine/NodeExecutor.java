package dev.vitrine.engine;

import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Executor;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs any graph node by node, as it is: large nodes by the engine's kernels, each on its own, the
 * others by their evaluation. No rule has changed the graph, so this can judge rules, and it is
 * quick enough for whole models. Safe for several threads.
 */
public final class NodeExecutor implements Executor {
  /** Below this many elements, read or written, a kernel is not worth its preparation. */
  private static final long LARGE = 1 << 14;

  private final Options options;

  public NodeExecutor(Options options) {
    this.options = options.warnings(_ -> {});
  }

  @Override
  public Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs) {
    return Evaluator.run(graph, inputs, (_, _) -> {}, this::node);
  }

  private List<Tensor> node(Node node, List<Tensor> in) {
    boolean large =
        in.stream().anyMatch(t -> t != null && t.dtype().isFloat() && t.count() >= LARGE);
    return large && node.op().isDeterministic()
        ? onKernels(node, in)
        : Evaluator.evaluate(node, in);
  }

  private List<Tensor> onKernels(Node node, List<Tensor> in) {
    Graph one = new Graph();
    List<Value> values = new ArrayList<>();
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < in.size(); i++) {
      Tensor t = in.get(i);
      if (t == null) {
        values.add(null);
      } else if (node.input(i).isConstant() || !t.dtype().isFloat()) {
        values.add(one.constant("c" + i, t));
      } else {
        inputs.put("x" + i, t);
        values.add(one.input("x" + i, t.type()));
      }
    }
    List<String> names = node.outputs().stream().map(Value::name).map(n -> "y." + n).toList();
    Node copy = one.node("", node.op(), values, names);
    if (inputs.isEmpty() || !copy.outputs().stream().allMatch(v -> v.type().isStatic())) {
      return Evaluator.evaluate(node, in);
    }
    copy.outputs().forEach(v -> one.output(v.name(), v));
    try (Session session = Session.of(Planner.plan(one), options)) {
      return List.copyOf(session.run(inputs).values());
    }
  }
}
