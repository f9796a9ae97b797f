package dev.vitrine.formats.onnx;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.UnsupportedException;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** An ONNX node while a row of the table turns it into nodes of a graph. */
final class ImportedNode {
  /**
   * What all nodes of a file share while it becomes a graph.
   *
   * @param scope the graph's values by the names that the file has for them; gets the outputs
   * @param declared the types that the file states
   * @param reserved the names of all values of the file
   */
  record Context(
      String file,
      Graph graph,
      Map<String, Value> scope,
      Map<String, TensorType> declared,
      Set<String> reserved) {}

  private final Context context;
  private final OnnxNode node;

  ImportedNode(Context context, OnnxNode node) {
    this.context = context;
    this.node = node;
  }

  String type() {
    return node.type();
  }

  /** The opset of the node's domain. */
  long opset() {
    return node.version();
  }

  // Attributes

  /** The names of all attributes. */
  Set<String> attributes() {
    return node.attributes().keySet();
  }

  /** The attribute as the file has it; null where it is absent. */
  Object attribute(String name) {
    Object v = node.attributes().get(name);
    if (v instanceof OnnxModel.Foreign f) {
      throw unsupported("attribute '" + name + "' is " + f.what());
    }
    return v;
  }

  long integer(String name, long missing) {
    return get(Long.class, name, missing);
  }

  boolean flag(String name, boolean missing) {
    return integer(name, missing ? 1 : 0) != 0;
  }

  float real(String name, float missing) {
    return get(Float.class, name, missing);
  }

  String text(String name, String missing) {
    return get(String.class, name, missing);
  }

  private <T> T get(Class<T> kind, String name, T missing) {
    Object v = attribute(name);
    if (v == null) {
      return missing;
    }
    if (!kind.isInstance(v)) {
      throw fault(
          "attribute '"
              + name
              + "' is not of the kind "
              + kind.getSimpleName().toLowerCase(Locale.ROOT));
    }
    return kind.cast(v);
  }

  /** A list of integers; null where it is absent. */
  long[] integers(String name) {
    List<?> list = get(List.class, name, null);
    if (list == null) {
      return null;
    }
    if (!list.stream().allMatch(Long.class::isInstance)) {
      throw fault("attribute '" + name + "' is no list of integers");
    }
    return list.stream().mapToLong(v -> (Long) v).toArray();
  }

  /** A list of integers that may not be absent. */
  long[] needIntegers(String name) {
    long[] v = integers(name);
    if (v == null) {
      throw fault("has no attribute '" + name + "'");
    }
    return v;
  }

  /** A list of floats; null where it is absent. */
  float[] reals(String name) {
    List<?> list = get(List.class, name, null);
    if (list == null) {
      return null;
    }
    float[] out = new float[list.size()];
    for (int i = 0; i < out.length; i++) {
      if (!(list.get(i) instanceof Float f)) {
        throw fault("attribute '" + name + "' is no list of numbers");
      }
      out[i] = f;
    }
    return out;
  }

  /** A tensor; null where it is absent. */
  Tensor tensor(String name) {
    return get(Tensor.class, name, null);
  }

  /** The element type of that ONNX number. */
  DType dtype(long number) {
    ElementType t = ElementType.of(number);
    if (t == null || t == ElementType.UNDEFINED) {
      throw fault("names the unknown element type " + number);
    }
    if (t.dtype() == null) {
      throw unsupported("element type " + t.name().toLowerCase(Locale.ROOT));
    }
    return t.dtype();
  }

  // Inputs

  /** The number of inputs that the node lists, absent ones included. */
  int size() {
    return node.inputs().size();
  }

  int outputs() {
    return node.outputs().size();
  }

  /** True when the node has an output of that number and gives it a name. */
  boolean wants(int output) {
    return output < outputs() && !node.outputs().get(output).isEmpty();
  }

  boolean has(int i) {
    return input(i) != null;
  }

  /** Input {@code i}; null where it is absent. */
  Value input(int i) {
    return i < size() && !node.inputs().get(i).isEmpty()
        ? context.scope.get(node.inputs().get(i))
        : null;
  }

  /** Input {@code i}, which may not be absent. */
  Value need(int i) {
    if (!has(i)) {
      throw fault("has no input " + i);
    }
    return input(i);
  }

  /** All inputs, null where absent. */
  List<Value> inputs() {
    List<Value> out = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      out.add(input(i));
    }
    return out;
  }

  private static List<Value> withoutAbsentEnd(List<Value> in) {
    List<Value> out = new ArrayList<>(in);
    while (!out.isEmpty() && out.getLast() == null) {
      out.removeLast();
    }
    return out;
  }

  /** The rank of an input where it is known; an error where it is not. */
  int rank(int i) {
    TensorType t = need(i).type();
    if (!t.isKnown()) {
      throw unsupported("input " + i + " of unknown rank at opset " + opset());
    }
    return t.shape().rank();
  }

  // Making nodes

  /** A constant that the node's older form had as an attribute. */
  Value constant(String role, Tensor value) {
    return context.graph.constant(fresh(role), value);
  }

  /** An inner value. */
  Value add(Op op, Value... in) {
    Value[] present = withoutAbsentEnd(Arrays.asList(in)).toArray(Value[]::new);
    return context.graph.addNamed(fresh(op.name()), op, present);
  }

  /** Inner values: all outputs of an operation. */
  List<Value> addAll(Op op, int outputs, Value... in) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      names.add(fresh(op.name() + i));
    }
    return context.graph.node("", op, Arrays.asList(in), names).outputs();
  }

  /** The operation on all of the node's inputs gives all of its outputs. */
  void give(Op op) {
    give(op, inputs());
  }

  void give(Op op, Value... in) {
    give(op, Collections.unmodifiableList(Arrays.asList(in)));
  }

  /** The operation gives one of the node's outputs, which is null where it isn't wanted. */
  Value give(int output, Op op, Value... in) {
    String name = node.outputs().get(output);
    if (name.isEmpty()) {
      return null;
    }
    TensorType type = context.declared.getOrDefault(name, TensorType.UNKNOWN);
    Value given =
        context
            .graph
            .node(
                node.name(), op, withoutAbsentEnd(Arrays.asList(in)), List.of(name), List.of(type))
            .output();
    context.scope.put(name, given);
    return given;
  }

  /** The node that gives all outputs. */
  void give(Op op, List<Value> in) {
    List<String> names = new ArrayList<>();
    List<TensorType> types = new ArrayList<>();
    int last = outputs();
    while (last > 1 && node.outputs().get(last - 1).isEmpty()) {
      last--;
    }
    for (String name : node.outputs().subList(0, last)) {
      names.add(name.isEmpty() ? fresh("unused_" + names.size()) : name);
      types.add(context.declared.getOrDefault(name, TensorType.UNKNOWN));
    }
    List<Value> present = withoutAbsentEnd(in);
    List<Value> given = context.graph.node(node.name(), op, present, names, types).outputs();
    for (int i = 0; i < given.size(); i++) {
      context.scope.put(names.get(i), given.get(i));
    }
  }

  /** A constant is the node's output. */
  void give(Tensor constant) {
    context.scope.put(
        node.outputs().getFirst(), context.graph.constant(node.outputs().getFirst(), constant));
  }

  /** A name that neither the graph nor the rest of the file has. */
  private String fresh(String role) {
    String name = context.graph.freshName(label() + "/" + role);
    while (!context.reserved.add(name)) {
      name = context.graph.freshName(name + "_");
    }
    return name;
  }

  private String label() {
    return node.label();
  }

  // Faults

  FormatException fault(String what) {
    return new FormatException(context.file + ": node '" + label() + "' (" + type() + "): " + what);
  }

  UnsupportedException unsupported(String what) {
    return new UnsupportedException(
        context.file + ": node '" + label() + "' (" + type() + "): " + what + " is not supported");
  }
}
