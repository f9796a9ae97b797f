package dev.vitrine.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * A data-flow graph: named inputs, nodes, named outputs. Value names are unique. Types are inferred
 * as nodes are added. Not thread-safe while it is being changed.
 */
public final class Graph {
  private final Map<String, Value> values = new LinkedHashMap<>();
  private final List<Value> inputs = new ArrayList<>();
  private final Map<String, Value> outputs = new LinkedHashMap<>();
  private final Set<Node> nodes = new LinkedHashSet<>();
  private final Map<Value, List<Dim>> symbols = new HashMap<>();
  private final Map<String, Integer> suffixes = new HashMap<>();
  private List<Node> sorted;
  private Node place;
  private long serial;

  /** Adds an input. */
  public Value input(String name, TensorType type) {
    Value v = declare(new Value(name, type, null, null));
    inputs.add(v);
    return v;
  }

  /** Adds a constant; the name gets a suffix if it is taken. */
  public Value constant(String name, Tensor tensor) {
    return declare(new Value(freshName(name), tensor.type(), null, tensor));
  }

  /**
   * Adds a node with one output and returns that; the output's name is made from the operation's.
   */
  public Value add(Op op, Value... in) {
    return node("", op, asList(in), List.of(freshName(decapitalised(op.name())))).output();
  }

  /** As {@link #add} with a name for the output, which gets a suffix if it is taken. */
  public Value addNamed(String name, Op op, Value... in) {
    return node("", op, asList(in), List.of(freshName(name))).output();
  }

  /**
   * Adds a node.
   *
   * @param in the inputs; null for an optional one that is absent
   * @param outputNames one new name for each output
   */
  public Node node(String name, Op op, List<Value> in, List<String> outputNames) {
    return node(
        name, op, in, outputNames, Collections.nCopies(outputNames.size(), TensorType.UNKNOWN));
  }

  /** As above with the types that the outputs are said to have, used where inference can't tell. */
  public Node node(
      String name, Op op, List<Value> in, List<String> outputNames, List<TensorType> declared) {
    for (Value v : in) {
      if (v != null && values.get(v.name()) != v) {
        throw new GraphException("value '" + v.name() + "' is not of this graph");
      }
    }
    long id = serial++;
    Node n = new Node(name, op, in, place == null ? id : place.place, id);
    for (int i = 0; i < outputNames.size(); i++) {
      n.addOutput(declare(new Value(outputNames.get(i), declared.get(i), n, null)));
    }
    in.forEach(
        v -> {
          if (v != null) {
            v.addUser(n);
          }
        });
    nodes.add(n);
    sorted = null;
    try {
      infer(n);
    } catch (GraphException e) {
      remove(n);
      throw e;
    }
    return n;
  }

  /** Nodes added from here on stand where that node stands in the order; null: at the end. */
  public void placeAt(Node node) {
    place = node;
  }

  /** Names an output of the graph. An output's name may differ from its value's. */
  public void output(String name, Value value) {
    if (values.get(value.name()) != value) {
      throw new GraphException("output '" + name + "' is no value of this graph");
    }
    outputs.put(name, value);
  }

  public void removeOutput(String name) {
    outputs.remove(name);
  }

  public List<Value> inputs() {
    return Collections.unmodifiableList(inputs);
  }

  /** Outputs by name, in order. */
  public Map<String, Value> outputs() {
    return Collections.unmodifiableMap(outputs);
  }

  /** The value of that name; null when there is none. */
  public Value value(String name) {
    return values.get(name);
  }

  public Collection<Value> values() {
    return Collections.unmodifiableCollection(values.values());
  }

  public boolean isOutput(Value value) {
    return outputs.containsValue(value);
  }

  /** Read by exactly one input of one node, and no output of the graph. */
  public boolean usedOnce(Value value) {
    return value.users().size() == 1 && !isOutput(value);
  }

  /** All nodes so that each comes after what it reads; otherwise in the order they were placed. */
  public List<Node> nodes() {
    if (sorted == null) {
      sorted = sort();
    }
    return sorted;
  }

  private List<Node> sort() {
    Map<Node, Integer> waiting = new HashMap<>();
    PriorityQueue<Node> ready =
        new PriorityQueue<>(
            Comparator.comparingLong((Node n) -> n.place).thenComparingLong(n -> n.serial));
    for (Node n : nodes) {
      int count = 0;
      for (Value v : n.inputs()) {
        if (v != null && v.producer() != null) {
          count++;
        }
      }
      waiting.put(n, count);
      if (count == 0) {
        ready.add(n);
      }
    }
    List<Node> order = new ArrayList<>(nodes.size());
    while (!ready.isEmpty()) {
      Node n = ready.poll();
      order.add(n);
      for (Value out : n.outputs()) {
        for (Node user : out.users()) {
          if (waiting.merge(user, -1, Integer::sum) == 0) {
            ready.add(user);
          }
        }
      }
    }
    if (order.size() < nodes.size()) {
      Node stuck = nodes.stream().filter(n -> waiting.get(n) > 0).findFirst().orElseThrow();
      throw stuck.fault("is part of a cycle");
    }
    return Collections.unmodifiableList(order);
  }

  /** Makes every user of {@code old}, and every output of the graph, read {@code replacement}. */
  public void replace(Value old, Value replacement) {
    if (old == replacement) {
      return;
    }
    for (Node user : List.copyOf(old.users())) {
      for (int i = 0; i < user.inputs().size(); i++) {
        if (user.input(i) == old) {
          setInput(user, i, replacement);
        }
      }
    }
    outputs.replaceAll((name, v) -> v == old ? replacement : v);
  }

  /**
   * Changes one input of a node; null makes it absent. Call {@link #inferAll} when types changed.
   */
  public void setInput(Node node, int i, Value value) {
    Value old = node.input(i);
    if (old != null) {
      old.removeUser(node);
    }
    node.setInput(i, value);
    if (value != null) {
      value.addUser(node);
    }
    sorted = null;
  }

  /** Removes a node whose outputs nobody reads. */
  public void remove(Node node) {
    for (Value out : node.outputs()) {
      if (!out.users().isEmpty() || isOutput(out)) {
        throw node.fault("can't be removed: '" + out.name() + "' is still read");
      }
    }
    for (Value in : node.inputs()) {
      if (in != null) {
        in.removeUser(node);
      }
    }
    for (Value out : node.outputs()) {
      values.remove(out.name());
      symbols.remove(out);
    }
    nodes.remove(node);
    sorted = null;
  }

  /** Removes an input or constant that nobody reads. */
  public void remove(Value value) {
    if (value.producer() != null || !value.users().isEmpty() || isOutput(value)) {
      throw new GraphException("value '" + value.name() + "' is still in use");
    }
    values.remove(value.name());
    inputs.remove(value);
  }

  /** Removes all nodes and constants that no output needs; returns how many nodes went. */
  public int removeDead() {
    int removed = 0;
    List<Node> order = nodes();
    for (int i = order.size() - 1; i >= 0; i--) {
      Node n = order.get(i);
      if (n.outputs().stream().allMatch(v -> v.users().isEmpty() && !isOutput(v))) {
        remove(n);
        removed++;
      }
    }
    for (Value v : List.copyOf(values.values())) {
      if (v.isConstant() && v.users().isEmpty() && !isOutput(v)) {
        remove(v);
      }
    }
    return removed;
  }

  /** Infers all types anew, for instance after an input's type was changed. */
  public void inferAll() {
    symbols.clear();
    for (Node n : nodes()) {
      infer(n);
    }
  }

  /** Changes an input's type and infers all that follows from it. */
  public void setInputType(Value input, TensorType type) {
    if (!inputs.contains(input)) {
      throw new GraphException("'" + input.name() + "' is no input of the graph");
    }
    input.setType(type);
    inferAll();
  }

  /**
   * The elements of a small integer value as dimensions, where shape arithmetic tells them; or
   * null.
   */
  public List<Dim> symbols(Value value) {
    List<Dim> elements = symbols.get(value);
    return elements == null || elements.stream().anyMatch(Objects::isNull) ? null : elements;
  }

  /** As above, with null for each element that isn't known. */
  List<Dim> elements(Value value) {
    return symbols.get(value);
  }

  private void infer(Node n) {
    Inference.Result r = Inference.infer(n, this::elements);
    for (int i = 0; i < n.outputs().size(); i++) {
      Value out = n.outputs().get(i);
      if (r.types().get(i).isKnown()) {
        out.setType(r.types().get(i));
      }
      if (r.symbols().get(i) != null) {
        symbols.put(out, r.symbols().get(i));
      }
    }
  }

  /** A deep copy that shares tensors and operations. */
  public Graph copy() {
    Graph g = new Graph();
    Map<Value, Value> to = new HashMap<>();
    for (Value v : values.values()) {
      if (v.producer() == null && !v.isConstant()) {
        continue;
      }
      if (v.isConstant()) {
        to.put(v, g.constant(v.name(), v.constant()));
      }
    }
    inputs.forEach(v -> to.put(v, g.input(v.name(), v.type())));
    for (Node n : nodes()) {
      List<Value> in = new ArrayList<>();
      n.inputs().forEach(v -> in.add(v == null ? null : to.get(v)));
      Node c =
          g.node(
              n.name(),
              n.op(),
              in,
              n.outputs().stream().map(Value::name).toList(),
              n.outputs().stream().map(Value::type).toList());
      for (int i = 0; i < n.outputs().size(); i++) {
        to.put(n.outputs().get(i), c.outputs().get(i));
      }
    }
    outputs.forEach((name, v) -> g.output(name, to.get(v)));
    return g;
  }

  /**
   * Gives a value another name, which no other value may have. Outputs of the graph keep theirs.
   */
  public void rename(Value value, String name) {
    if (values.get(value.name()) != value) {
      throw new GraphException("value '" + value.name() + "' is not of this graph");
    }
    if (name.equals(value.name())) {
      return;
    }
    if (name.isEmpty() || values.containsKey(name)) {
      throw new GraphException("'" + value.name() + "' can't be renamed '" + name + "': taken");
    }
    values.remove(value.name());
    value.setName(name);
    values.put(name, value);
  }

  /** False once the node was removed. */
  public boolean contains(Node node) {
    return nodes.contains(node);
  }

  /** A name that no value has: {@code base}, or {@code base_1}, {@code base_2} … */
  public String freshName(String base) {
    String name = base;
    while (values.containsKey(name)) {
      name = base + "_" + suffixes.merge(base, 1, Integer::sum);
    }
    return name;
  }

  private Value declare(Value v) {
    if (v.name().isEmpty()) {
      throw new GraphException("a value has no name");
    }
    if (values.putIfAbsent(v.name(), v) != null) {
      throw new GraphException("two values are named '" + v.name() + "'");
    }
    return v;
  }

  private static List<Value> asList(Value[] in) {
    return Collections.unmodifiableList(new ArrayList<>(java.util.Arrays.asList(in)));
  }

  private static String decapitalised(String s) {
    return Character.toLowerCase(s.charAt(0)) + s.substring(1);
  }

  @Override
  public String toString() {
    return GraphText.print(this);
  }
}
