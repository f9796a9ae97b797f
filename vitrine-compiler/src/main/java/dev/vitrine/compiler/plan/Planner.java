package dev.vitrine.compiler.plan;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.List;

/** Makes a program of a graph whose shapes are all static. */
public final class Planner {
  private Planner() {}

  /**
   * A program of fused steps; an operation that there is no step for becomes a {@link
   * Step.Reference}.
   *
   * @throws GraphException when a shape is not known before running
   */
  public static Program plan(Graph graph) {
    Values values = new Values(graph);
    return checked(
        graph,
        values,
        List.of(
            new Movement(values),
            new Matrices(values),
            new Quantization(values),
            new RowWise(values),
            new Pictures(values),
            new Arithmetic(values)));
  }

  /** A program that evaluates node by node: slow, and the measure of the other. */
  public static Program reference(Graph graph) {
    return checked(graph, new Values(graph), List.of());
  }

  private static Program checked(Graph graph, Values values, List<Lowering> lowerings) {
    try {
      return plan(graph, values, lowerings);
    } catch (ArithmeticException e) {
      throw new GraphException(
          "the input shapes are too large: sizes overflow; use smaller ones", e);
    }
  }

  private static Program plan(Graph graph, Values values, List<Lowering> lowerings) {
    ProgramBuilder builder = values.builder();
    for (Value v : graph.inputs()) {
      requireStatic(v, "input '" + v.name() + "'");
      builder.at(v.name());
      builder.input(v.name(), v.type(), values.allocateDense(v));
    }
    for (Node n : graph.nodes()) {
      n.outputs().forEach(v -> requireStatic(v, "node '" + n.name() + "' (" + n.op().name() + ")"));
      builder.at(n.name());
      if (lowerings.stream().noneMatch(l -> l.lower(n))) {
        evaluate(n, values);
      }
    }
    graph
        .outputs()
        .forEach(
            (name, v) -> {
              builder.at(name);
              builder.output(name, v.type(), values.dense(v));
            });
    return builder.build();
  }

  private static void requireStatic(Value v, String where) {
    if (!v.type().isStatic()) {
      throw new GraphException(
          where
              + " has a shape that only a run can tell ("
              + v.type()
              + "); state the input shapes");
    }
  }

  private static void evaluate(Node n, Values values) {
    List<View> in = new ArrayList<>();
    for (Value v : n.inputs()) {
      in.add(v == null ? null : values.dense(v));
    }
    List<View> out = n.outputs().stream().map(values::allocateDense).toList();
    values.add(new Step.Reference(n.op(), in, out));
  }
}
