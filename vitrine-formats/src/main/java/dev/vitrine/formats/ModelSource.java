package dev.vitrine.formats;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A model as it was published, before its input size and outputs are chosen: an ONNX file, or a
 * checkpoint of a family that Vitrine can build. Holds the file's mapping until it is closed;
 * graphs made from it share that memory and must not be used after. Safe for several threads.
 */
public interface ModelSource extends AutoCloseable {
  ModelInfo info();

  /** The inputs, with symbolic dimensions where a size can be chosen. */
  List<ModelInput> inputs();

  /**
   * The names that {@link #graph} accepts as outputs; a name such as {@code hidden.K} stands for a
   * series.
   */
  List<String> outputs();

  List<String> defaultOutputs();

  /**
   * The graph for these input shapes.
   *
   * @param shapes by input name; an input that is left out keeps its stated shape, with names for
   *     what is not fixed. A shape may keep a name as its batch dimension; a checkpoint's graph
   *     needs height and width as numbers and takes those of its training where none are given.
   * @param outputs names of {@link #outputs()}, in the order wanted; empty for the default ones
   */
  Graph graph(Map<String, Shape> shapes, List<String> outputs);

  /** The files that tensors are read from; empty when that isn't told. */
  default List<Path> files() {
    return List.of();
  }

  @Override
  void close();
}
