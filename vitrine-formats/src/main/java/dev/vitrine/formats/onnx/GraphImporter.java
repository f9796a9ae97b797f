package dev.vitrine.formats.onnx;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.UnsupportedException;
import dev.vitrine.formats.onnx.OnnxModel.Typed;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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

  /** The names of all values that a node gives. */
  Set<String> values() {
    Set<String> out = new LinkedHashSet<>();
    nodes.forEach(n -> out.addAll(n.outputs()));
    out.remove("");
    return out;
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
    Graph graph = new Graph();
    Map<String, Value> scope = new HashMap<>();
    Map<String, TensorType> declared = new HashMap<>();
    model.graph().inner().forEach(t -> declared.put(t.name(), t.type()));
    model.graph().outputs().forEach(t -> declared.put(t.name(), t.type()));
    for (Typed t : inputs()) {
      if (t.fault() != null) {
        throw new UnsupportedException(
            model.file() + ": input '" + t.name() + "' is " + t.fault() + ", which Vitrine doesn't have");
      }
      scope.put(t.name(), graph.input(t.name(), reshaped(t, shapes.get(t.name()))));
    }
    for (String name : shapes.keySet()) {
      if (inputs().stream().noneMatch(t -> t.name().equals(name))) {
        throw new FormatException(
            model.file() + ": there is no input '" + name + "'; there are "
                + inputs().stream().map(Typed::name).toList());
      }
    }
    Set<String> needed = new HashSet<>();
    Set<String> names = new HashSet<>(model.graph().initializers().keySet());
    for (OnnxNode n : nodes) {
      needed.addAll(n.inputs());
      names.addAll(n.outputs());
    }
    List<String> wanted =
        outputs.isEmpty() ? model.graph().outputs().stream().map(Typed::name).toList() : outputs;
    needed.addAll(wanted);
    Map<String, Tensor> constants = model.graph().initializers();
    constants.forEach(
        (name, t) -> {
          if (needed.contains(name)) {
            scope.put(name, graph.constant(name, t));
          }
        });
    var context = new ImportedNode.Context(model.file(), graph, scope, declared, names);
    for (OnnxNode n : nodes) {
      add(new ImportedNode(context, n), n);
    }
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

  private TensorType reshaped(Typed input, Shape shape) {
    if (shape == null) {
      return input.type();
    }
    if (!input.type().isKnown()) {
      throw new FormatException(
          model.file() + ": input '" + input.name() + "' has no stated type; export the model again");
    }
    Shape stated = input.type().shape();
    boolean fits = stated.rank() == shape.rank();
    for (int i = 0; fits && i < shape.rank(); i++) {
      fits = !stated.dim(i).isStatic() || stated.dim(i).equals(shape.dim(i));
    }
    if (!fits) {
      throw new FormatException(
          model.file() + ": input '" + input.name() + "' takes " + stated.compact() + ", not " + shape.compact());
    }
    return input.type().with(shape);
  }

  private void checkOperations(List<OnnxNode> all) {
    for (OnnxNode n : all) {
      if (n.domain().isEmpty() && (n.version() < 1 || n.version() > OnnxTable.NEWEST)) {
        throw new UnsupportedException(
            model.file() + ": is written in opset " + n.version() + "; opsets up to " + OnnxTable.NEWEST
                + " can be read: export it again");
      }
    }
    Map<String, List<String>> missing = new LinkedHashMap<>();
    for (OnnxNode n : all) {
      if (OnnxTable.reading(n.domain(), n.type(), n.version()) == null) {
        String domain = n.domain().isEmpty() ? "" : n.domain() + ".";
        missing.computeIfAbsent(domain + n.type(), _ -> new ArrayList<>()).add("'" + n.label() + "'");
      }
    }
    if (!missing.isEmpty()) {
      StringJoiner list = new StringJoiner("; ");
      missing.forEach((type, names) -> list.add(type + " at " + String.join(", ", names)));
      throw new UnsupportedException(
          model.file() + ": these operations are not supported (opset " + model.opsets().getOrDefault("", 0L)
              + "): " + list);
    }
  }
}
