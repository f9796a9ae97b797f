package dev.vitrine.engine;

import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.simplify.Simplifier;
import dev.vitrine.graph.Graph;

/** From an imported graph to a program, stage by stage. */
final class Pipeline {
  private Pipeline() {}

  /** Brings an imported graph to a stage before planning, in place. */
  static Graph to(Stage stage, Graph graph) {
    if (stage.compareTo(Stage.SIMPLIFIED) >= 0) {
      Simplifier.simplify(graph, Simplifier.Options.defaults().withFuseStandard(true));
    }
    return graph;
  }

  /** The program of an imported graph, which is changed. */
  static Program plan(Graph graph, Tier tier) {
    return tier == Tier.REFERENCE
        ? Planner.reference(to(Stage.SIMPLIFIED, graph))
        : Planner.plan(to(Stage.FUSED, graph));
  }
}
