package dev.vitrine.graph;

import java.util.Map;

/**
 * Something that runs graphs: {@link Evaluator#run}, the measure, or an engine. Safe for several
 * threads.
 */
@FunctionalInterface
public interface Executor {
  /** A graph made ready to run several times. Safe for several threads. */
  interface Prepared extends AutoCloseable {
    /** As {@link Executor#run} for the graph that was prepared. */
    Map<String, Tensor> run(Map<String, Tensor> inputs);

    @Override
    default void close() {}
  }

  /**
   * @param inputs by name; each must suit the graph's input of that name
   * @return the graph's outputs by name, in their order
   */
  Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs);

  /** For several runs of one graph, which must not be changed meanwhile. */
  default Prepared prepare(Graph graph) {
    return inputs -> run(graph, inputs);
  }
}
