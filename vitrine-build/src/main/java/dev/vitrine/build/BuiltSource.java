package dev.vitrine.build;

import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.ModelInput;
import dev.vitrine.formats.ModelSource;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import java.util.List;
import java.util.Map;

/** A graph that was built, of static shapes, as a model. */
record BuiltSource(ModelInfo info, Graph built) implements ModelSource {
  @Override
  public List<ModelInput> inputs() {
    return built.inputs().stream().map(v -> new ModelInput(v.name(), v.type(), 1)).toList();
  }

  @Override
  public List<String> outputs() {
    return List.copyOf(built.outputs().keySet());
  }

  @Override
  public List<String> defaultOutputs() {
    return outputs();
  }

  @Override
  public Graph graph(Map<String, Shape> shapes, List<String> outputs) {
    Graph g = built.copy();
    if (!outputs.isEmpty()) {
      outputs().stream().filter(name -> !outputs.contains(name)).forEach(g::removeOutput);
      g.removeDead();
    }
    return g;
  }

  /** The graph belongs to whoever built it. */
  @Override
  public void close() {}
}
