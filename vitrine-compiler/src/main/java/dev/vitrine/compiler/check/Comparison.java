package dev.vitrine.compiler.check;

import dev.vitrine.graph.Executor;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs two graphs of one model on the same inputs and measures how far apart they are. */
public final class Comparison {
  private Comparison() {}

  /**
   * Compares the outputs, pair by pair in their order.
   *
   * @param inputs for both
   * @return one difference for each output, under the expected graph's names
   * @throws GraphException when the numbers of outputs or their shapes differ
   */
  public static List<Difference> outputs(
      Graph actual, Graph expected, Map<String, Tensor> inputs, Executor executor) {
    List<Tensor> a = List.copyOf(executor.run(actual, inputs).values());
    Map<String, Tensor> b = executor.run(expected, inputs);
    if (a.size() != b.size()) {
      throw new GraphException("one has " + a.size() + " outputs, the other " + b.size());
    }
    List<Difference> out = new ArrayList<>();
    b.forEach((name, t) -> out.add(Difference.of(name, a.get(out.size()), t)));
    return out;
  }

  /**
   * Compares the inner values that have the same name and shape in both, in the order in which the
   * expected graph computes them; those that are not there, or not of that shape, are left out.
   */
  public static List<Difference> layers(
      Graph actual, Graph expected, Map<String, Tensor> inputs, Executor executor) {
    Set<String> common = new LinkedHashSet<>();
    for (Node n : expected.nodes()) {
      for (Value v : n.outputs()) {
        Value other = actual.value(v.name());
        if (other != null
            && other.producer() != null
            && v.type().isKnown()
            && v.type().equals(other.type())) {
          common.add(v.name());
        }
      }
    }
    Map<String, Tensor> a = executor.run(showing(actual, common), inputs);
    Map<String, Tensor> b = executor.run(showing(expected, common), inputs);
    return common.stream().map(name -> Difference.of(name, a.get(name), b.get(name))).toList();
  }

  /** A copy whose outputs are those values. */
  public static Graph showing(Graph graph, Set<String> names) {
    Graph copy = graph.copy();
    for (String output : List.copyOf(copy.outputs().keySet())) {
      copy.removeOutput(output);
    }
    names.forEach(name -> copy.output(name, copy.value(name)));
    copy.removeDead();
    return copy;
  }
}
