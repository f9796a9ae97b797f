package dev.vitrine.formats.onnx;

import dev.vitrine.graph.Node;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A graph's node while a row of the table writes it as ONNX nodes. */
final class ExportedNode {
  private final Node node;
  private final int opset;
  private final GraphExporter to;

  ExportedNode(Node node, int opset, GraphExporter to) {
    this.node = node;
    this.opset = opset;
    this.to = to;
  }

  Op op() {
    return node.op();
  }

  Node node() {
    return node;
  }

  /** The opset to write. */
  int opset() {
    return opset;
  }

  boolean has(int i) {
    return node.input(i) != null;
  }

  /** The name of an input; empty where it is absent. */
  String input(int i) {
    Value v = node.input(i);
    return v == null ? "" : to.name(v);
  }

  /** The names of the first {@code count} inputs. */
  List<String> inputs(int count) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      out.add(input(i));
    }
    return out;
  }

  List<String> inputs() {
    return inputs(node.inputs().size());
  }

  List<String> outputs() {
    return node.outputs().stream().map(to::name).toList();
  }

  /** The value of an input that the opset has as an attribute. */
  Tensor constant(int i, String what) {
    Value v = node.input(i);
    if (!v.isConstant()) {
      throw fault(what + " is computed, which opset " + opset + " can't say; write a newer one");
    }
    return v.constant();
  }

  /** The integers of an input that the opset has as an attribute. */
  List<Long> integers(int i, String what) {
    return Arrays.stream(constant(i, what).toLongs()).boxed().toList();
  }

  /** A node with all inputs and outputs of this one. */
  void write(String type, Map<String, Object> attributes) {
    write(type, inputs(), attributes);
  }

  /** A node with other inputs and the outputs of this one. */
  void write(String type, List<String> inputs, Map<String, Object> attributes) {
    to.add(onnx(type, inputs, outputs(), attributes));
  }

  /** A node before this one; returns its output's name. */
  String before(String type, List<String> inputs, Map<String, Object> attributes) {
    String name = to.fresh(outputs().getFirst() + "/" + type);
    to.add(onnx(type, inputs, List.of(name), attributes).withName(name));
    return name;
  }

  /** A constant input that the graph doesn't have; returns its name. */
  String constant(String role, Tensor value) {
    String name = to.fresh(outputs().getFirst() + "/" + role);
    to.initializer(name, value);
    return name;
  }

  private OnnxNode onnx(
      String type, List<String> inputs, List<String> outputs, Map<String, Object> attributes) {
    int last = inputs.size();
    while (last > 0 && inputs.get(last - 1).isEmpty()) {
      last--;
    }
    return new OnnxNode(
        node.name(), "", type, "", opset, inputs.subList(0, last), outputs, attributes);
  }

  /** The opset has no such form. */
  OpsetException tooOld(int needed) {
    return fault("needs opset " + needed + " or newer, not " + opset + "; write a newer one");
  }

  OpsetException fault(String what) {
    return new OpsetException("node '" + node.name() + "' (" + node.op().name() + ") " + what);
  }
}
