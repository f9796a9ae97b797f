package dev.vitrine.engine;

import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Executor;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs graphs on the engine, planned for their inputs. Small whole-number inputs, which shapes tend
 * to depend on, are planned in. A graph with shapes that only a run can tell is evaluated node by
 * node.
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
    Map<String, Tensor> left = new LinkedHashMap<>(inputs);
    try (Session session = session(graph, left)) {
      return session == null ? Evaluator.run(graph, inputs) : session.run(left);
    }
  }

  /** Keeps the session for the last types of inputs. */
  @Override
  public Prepared prepare(Graph graph) {
    return new Kept(graph);
  }

  private final class Kept implements Prepared {
    private final Graph graph;
    private Map<String, TensorType> types;
    private Session session;

    Kept(Graph graph) {
      this.graph = graph;
    }

    @Override
    public synchronized Map<String, Tensor> run(Map<String, Tensor> inputs) {
      Map<String, TensorType> now = new HashMap<>();
      inputs.forEach((name, t) -> now.put(name, t.type()));
      Map<String, Tensor> left = new LinkedHashMap<>(inputs);
      if (inputs.values().stream().anyMatch(EngineExecutor::isPlannedIn)) {
        return EngineExecutor.this.run(graph, inputs);
      }
      if (!now.equals(types)) {
        close();
        session = session(graph, left);
        types = now;
      }
      return session == null ? Evaluator.run(graph, inputs) : session.run(left);
    }

    @Override
    public synchronized void close() {
      if (session != null) {
        session.close();
      }
      session = null;
      types = null;
    }
  }

  private static boolean isPlannedIn(Tensor t) {
    return !t.dtype().isFloat() && t.count() <= SMALL;
  }

  /**
   * A session for those inputs; null when it can't be planned.
   *
   * @param inputs those that are planned in are taken out
   */
  private Session session(Graph graph, Map<String, Tensor> inputs) {
    Graph g = graph.copy();
    for (Value v : List.copyOf(g.inputs())) {
      Tensor t = inputs.get(v.name());
      if (t == null) {
        continue;
      }
      if (isPlannedIn(t)) {
        g.replace(v, g.constant(v.name(), t));
        g.remove(v);
        inputs.remove(v.name());
      } else {
        g.setInputType(v, t.type());
      }
    }
    g.inferAll();
    Pipeline.to(Stage.FUSED, g);
    if (!g.values().stream().allMatch(v -> v.type().isStatic())) {
      return null;
    }
    var program = options.tier() == Tier.REFERENCE ? Planner.reference(g) : Planner.plan(g);
    return Session.of(program, options);
  }
}
