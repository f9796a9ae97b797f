package dev.vitrine.engine;

import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Executor;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs graphs on the engine, each time planned anew for its inputs. Small whole-number inputs,
 * which shapes tend to depend on, are planned in. A graph with shapes that only a run can tell is
 * evaluated node by node.
 */
public final class EngineExecutor implements Executor {
  private static final int SMALL = 64;

  private final Options options;

  /**
   * @param options its outputs play no part
   */
  public EngineExecutor(Options options) {
    this.options = options;
  }

  @Override
  public Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs) {
    Graph g = graph.copy();
    Map<String, Tensor> left = new LinkedHashMap<>(inputs);
    for (Value v : List.copyOf(g.inputs())) {
      Tensor t = inputs.get(v.name());
      if (t == null) {
        continue;
      }
      if (!t.dtype().isFloat() && t.count() <= SMALL) {
        g.replace(v, g.constant(v.name(), t));
        g.remove(v);
        left.remove(v.name());
      } else {
        g.setInputType(v, t.type());
      }
    }
    g.inferAll();
    Pipeline.to(Stage.FUSED, g);
    if (!g.values().stream().allMatch(v -> v.type().isStatic())) {
      return Evaluator.run(graph, inputs);
    }
    var program = options.tier() == Tier.REFERENCE ? Planner.reference(g) : Planner.plan(g);
    try (Session session = Session.of(program, options)) {
      return session.run(left);
    }
  }
}
