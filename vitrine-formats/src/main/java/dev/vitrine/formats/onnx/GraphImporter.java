package dev.vitrine.formats.onnx;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.UnsupportedException;
import dev.vitrine.formats.onnx.OnnxModel.Typed;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/** Makes a graph of a parsed model. */
final class GraphImporter {
  private final OnnxModel model;
  private final List<OnnxNode> nodes;

  /**
   * Inlines functions, puts the nodes in order and looks all operations up.
   *
   * @throws UnsupportedException listing every node that the table has no row for
   */
  GraphImporter(OnnxModel model) {
    this.model = model;
    List<OnnxNode> inlined = new FunctionInliner(model).inline();
    checkOperations(inlined);
    this.nodes = new NodeOrder(model, inlined).sorted();
  }

  /** The inputs that a caller gives: without those that have an initializer. */
  List<Typed> inputs() {
    return model.graph().inputs().stream()
        .filter(t -> !model.graph().initializers().containsKey(t.name()))
        .toList();
  }

  /**
   * The graph.
   *
   * @param shapes replace the stated shapes of inputs, by name
   * @param outputs names of values; empty for the file's outputs
   */
  Graph graph(Map<String, Shape> shapes, List<String> outputs) {
    try {
      return build(shapes, outputs);
    } catch (GraphException e) {
      throw new FormatException(model.file() + ": " + e.getMessage(), e);
    }
  }

  private Graph build(Map<String, Shape> shapes, List<String> outputs) {
    InputSizes sizes = new InputSizes(model.file(), inputs(), shapes);
    List<String> wanted =
        outputs.isEmpty() ? model.graph().outputs().stream().map(Typed::name).toList() : outputs;
    Graph graph = new Graph();
    Map<String, Value> scope = new HashMap<>();
    for (Typed t : inputs()) {
      if (t.fault() != null) {
        throw new UnsupportedException(
            model.file()
                + ": input '"
                + t.name()
                + "' is "
                + t.fault()
                + ", which Vitrine doesn't have");
      }
      scope.put(t.name(), graph.input(t.name(), sizes.of(t.type())));
    }
    addConstants(graph, scope, wanted);
    addNodes(graph, scope, sizes);
    for (String name : wanted) {
      Value v = scope.get(name);
      if (v == null) {
        throw new FormatException(
            model.file() + ": there is no value '" + name + "' that could be an output");
      }
      graph.output(name, v);
    }
    if (!outputs.isEmpty()) {
      graph.removeDead();
    }
    return graph;
  }

  /** Those initializers that something reads. */
  private void addConstants(Graph graph, Map<String, Value> scope, List<String> wanted) {
    Set<String> needed = new HashSet<>(wanted);
    nodes.forEach(n -> needed.addAll(n.inputs()));
    model
        .graph()
        .initializers()
        .forEach(
            (name, t) -> {
              if (needed.contains(name)) {
                scope.put(name, graph.constant(name, t));
              }
            });
  }

  private void addNodes(Graph graph, Map<String, Value> scope, InputSizes sizes) {
    Map<String, TensorType> declared = new HashMap<>();
    model.graph().inner().forEach(t -> declared.put(t.name(), sizes.of(t.type())));
    model.graph().outputs().forEach(t -> declared.put(t.name(), sizes.of(t.type())));
    Set<String> names = new HashSet<>(model.graph().initializers().keySet());
    nodes.forEach(n -> names.addAll(n.outputs()));
    var context = new ImportedNode.Context(model.file(), graph, scope, declared, names);
    nodes.forEach(n -> add(new ImportedNode(context, n), n));
  }

  private void add(ImportedNode n, OnnxNode node) {
    Row row = OnnxTable.reading(node.domain(), node.type(), node.version());
    try {
      row.read().read(n);
    } catch (GraphException e) {
      throw e.getMessage().startsWith("node '")
          ? new FormatException(model.file() + ": " + e.getMessage(), e)
          : n.fault(e.getMessage());
    }
  }

  private void checkOperations(List<OnnxNode> all) {
    for (OnnxNode n : all) {
      if (n.domain().isEmpty() && (n.version() < 1 || n.version() > OnnxTable.NEWEST)) {
        throw new UnsupportedException(
            model.file()
                + ": is written in opset "
                + n.version()
                + "; opsets up to "
                + OnnxTable.NEWEST
                + " can be read: export it again");
      }
    }
    Map<String, List<String>> missing = new LinkedHashMap<>();
    for (OnnxNode n : all) {
      if (OnnxTable.reading(n.domain(), n.type(), n.version()) == null) {
        String domain = n.domain().isEmpty() ? "" : n.domain() + ".";
        missing
            .computeIfAbsent(domain + n.type(), _ -> new ArrayList<>())
            .add("'" + n.label() + "'");
      }
    }
    if (!missing.isEmpty()) {
      StringJoiner list = new StringJoiner("; ");
      missing.forEach((type, names) -> list.add(type + " at " + String.join(", ", names)));
      throw new UnsupportedException(
          model.file()
              + ": these operations are not supported (opset "
              + model.opsets().getOrDefault("", 0L)
              + "): "
              + list);
    }
  }
}
