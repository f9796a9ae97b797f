package dev.vitrine.build;

import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.ModelInput;
import dev.vitrine.formats.ModelSource;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Graphs that were built, of static shapes, as a model.
 *
 * @param graphs one for each set of input sizes, with the same names; at least one
 */
record BuiltSource(ModelInfo info, List<Graph> graphs) implements ModelSource {
  BuiltSource {
    graphs = List.copyOf(graphs);
  }

  /** The first graph. */
  Graph built() {
    return graphs.getFirst();
  }

  /** The shapes of a graph's inputs. */
  static Map<String, Shape> shapes(Graph graph) {
    Map<String, Shape> out = new LinkedHashMap<>();
    graph.inputs().forEach(v -> out.put(v.name(), v.shape()));
    return out;
  }

  /** Dimensions in which the graphs differ have names. */
  @Override
  public List<ModelInput> inputs() {
    List<ModelInput> out = new ArrayList<>();
    for (Value v : built().inputs()) {
      List<Dim> dims = new ArrayList<>();
      for (int i = 0; i < v.shape().rank(); i++) {
        Dim d = v.shape().dim(i);
        int at = i;
        boolean all = graphs.stream().allMatch(g -> g.value(v.name()).shape().dim(at).equals(d));
        dims.add(all ? d : Dim.of(i == 0 ? "batch" : v.name() + "_" + i));
      }
      out.add(new ModelInput(v.name(), new TensorType(v.dtype(), new Shape(dims)), 1));
    }
    return out;
  }

  @Override
  public List<String> outputs() {
    return List.copyOf(built().outputs().keySet());
  }

  @Override
  public List<String> defaultOutputs() {
    return outputs();
  }

  @Override
  public Graph graph(Map<String, Shape> shapes, List<String> outputs) {
    Graph g =
        graphs.stream()
            .filter(x -> shapes(x).entrySet().containsAll(shapes.entrySet()))
            .findFirst()
            .orElseThrow()
            .copy();
    if (!outputs.isEmpty()) {
      outputs().stream().filter(name -> !outputs.contains(name)).forEach(g::removeOutput);
      g.removeDead();
    }
    return g;
  }

  /** The graphs belong to whoever built them. */
  @Override
  public void close() {}
}
