package dev.vitrine.formats.onnx;

import dev.vitrine.formats.onnx.OnnxModel.Proto;
import dev.vitrine.formats.onnx.OnnxModel.Typed;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes an ONNX model of a graph. */
final class GraphExporter {
  private final Graph graph;
  private final int opset;
  private final Map<Value, String> names = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final Set<String> nodeNames = new HashSet<>();
  private final Map<String, Integer> suffixes = new HashMap<>();
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<String, Tensor> initializers = new LinkedHashMap<>();

  GraphExporter(Graph graph, int opset) {
    this.graph = graph;
    this.opset = opset;
    nameAll();
  }

  /** The model, with the types of all inner values. */
  OnnxModel model(Map<String, String> metadata) {
    for (Value v : graph.values()) {
      if (v.isConstant() && (!v.users().isEmpty() || graph.isOutput(v))) {
        initializer(name(v), v.constant());
      }
    }
    graph.nodes().forEach(this::write);
    List<Typed> inputs = graph.inputs().stream().map(v -> typed(name(v), v)).toList();
    List<Typed> outputs = new ArrayList<>();
    graph
        .outputs()
        .forEach(
            (name, v) -> {
              outputs.add(typed(name, v));
              if (!name.equals(name(v))) {
                add(
                    new OnnxNode(
                        name,
                        "",
                        "Identity",
                        "",
                        opset,
                        List.of(name(v)),
                        List.of(name),
                        Map.of()));
              }
            });
    List<Typed> inner = new ArrayList<>();
    for (Node n : graph.nodes()) {
      for (Value v : n.outputs()) {
        if (v.type().isKnown() && !graph.isOutput(v)) {
          inner.add(typed(name(v), v));
        }
      }
    }
    Map<String, Tensor> used = new LinkedHashMap<>(initializers);
    Set<String> read = new HashSet<>();
    nodes.forEach(n -> read.addAll(n.inputs()));
    used.keySet().retainAll(read);
    Proto proto = new Proto(nodes, used, inputs, outputs, inner);
    return new OnnxModel("", Map.of("", (long) opset), proto, Map.of(), metadata);
  }

  /** Whether the opset can say that node. */
  boolean canWrite(Node n) {
    try {
      write(n);
      return true;
    } catch (OpsetException e) {
      return false;
    }
  }

  private void write(Node n) {
    Row row = OnnxTable.writing(n.op().getClass(), opset);
    if (row == null) {
      int first = OnnxTable.firstWriting(n.op().getClass());
      if (first == 0) {
        throw new VitrineException(
            "node '"
                + n.name()
                + "' ("
                + n.op().name()
                + ") is no ONNX operation; write the graph before it is fused");
      }
      throw new ExportedNode(n, opset, this).tooOld(first);
    }
    ExportedNode to = new ExportedNode(n, opset, this);
    if (Limits.firstOpset(n) > opset) {
      throw to.tooOld(Limits.firstOpset(n));
    }
    row.write().write(to);
  }

  private static Typed typed(String name, Value v) {
    return new Typed(name, v.type(), null);
  }

  /**
   * Inputs and outputs keep their names; a value that is an output under one other name takes that
   * name; a value whose name is then taken gets another.
   */
  private void nameAll() {
    for (Value v : graph.inputs()) {
      names.put(v, v.name());
      taken.add(v.name());
    }
    graph
        .outputs()
        .forEach(
            (name, v) -> {
              if (name.equals(names.get(v))) {
                throw new VitrineException(
                    "output '" + name + "' is an input; ONNX can't say that: rename the output");
              }
              if (!taken.add(name)) {
                throw new VitrineException("output '" + name + "' has an input's name; rename it");
              }
              if (v.producer() != null && (!names.containsKey(v) || name.equals(v.name()))) {
                names.put(v, name);
              }
            });
    for (Value v : graph.values()) {
      if (!names.containsKey(v)) {
        names.put(v, fresh(v.name()));
      }
    }
  }

  String name(Value v) {
    return names.get(v);
  }

  /** A name that no value has. */
  String fresh(String base) {
    return fresh(base, taken);
  }

  private String fresh(String base, Set<String> others) {
    String name = base;
    while (!others.add(name)) {
      name = base + "_" + suffixes.merge(base, 1, Integer::sum);
    }
    return name;
  }

  /** Adds a node; its name gets a suffix if another node has it. */
  void add(OnnxNode node) {
    nodes.add(node.withName(fresh(node.label(), nodeNames)));
  }

  void initializer(String name, Tensor value) {
    initializers.put(name, value);
  }
}
