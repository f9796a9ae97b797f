package dev.vitrine.engine;

import dev.vitrine.compiler.fuse.Fuser;
import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.rewrite.PassManager;
import dev.vitrine.compiler.simplify.Simplifier;
import dev.vitrine.graph.Graph;

/** From an imported graph to a program, stage by stage. */
final class Pipeline {
  private Pipeline() {}

  /** Brings an imported graph to a stage before planning, in place. */
  static Graph to(Stage stage, Graph graph) {
    switch (stage) {
      case IMPORTED -> {}
      case SIMPLIFIED -> Simplifier.simplify(graph, Simplifier.Options.defaults());
      case FUSED, PLANNED -> Fuser.fuse(graph, PassManager.Options.defaults());
    }
    return graph;
  }

  /**
   * @param precision what the program's products are computed in and why, for people
   */
  record Planned(Program program, String precision) {}

  /** The program of an imported graph, which is changed. */
  static Planned plan(Graph graph, Options options) {
    if (options.tier() == Tier.REFERENCE) {
      return new Planned(Planner.reference(to(Stage.SIMPLIFIED, graph)), Precision.F32.text());
    }
    PrecisionChoice.Chosen chosen = PrecisionChoice.of(graph, options);
    return new Planned(Planner.plan(chosen.graph()), chosen.why());
  }
}
