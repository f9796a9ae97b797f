package dev.vitrine.graph;

import java.util.Map;

/**
 * Something that runs graphs: {@link Evaluator#run}, the measure, or an engine. Safe for several
 * threads.
 */
@FunctionalInterface
public interface Executor {
  /**
   * @param inputs by name; each must suit the graph's input of that name
   * @return the graph's outputs by name, in their order
   */
  Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs);
}
