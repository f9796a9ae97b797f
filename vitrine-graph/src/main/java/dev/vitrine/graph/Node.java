package dev.vitrine.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** An operation applied to values. Made and changed through its {@link Graph}. */
public final class Node {
  private final String name;
  private final Op op;
  private final List<Value> inputs;
  private final List<Value> outputs = new ArrayList<>();

  /** Where the node stands among others that could run: inherited by what replaces it. */
  final long place;

  final long serial;

  Node(String name, Op op, List<Value> inputs, long place, long serial) {
    this.name = name;
    this.op = op;
    this.inputs = new ArrayList<>(inputs);
    this.place = place;
    this.serial = serial;
  }

  /** The name that the model's author gave; the first output's name where there is none. */
  public String name() {
    return name.isEmpty() ? outputs.getFirst().name() : name;
  }

  public Op op() {
    return op;
  }

  /** The inputs; null where an optional one is absent. */
  public List<Value> inputs() {
    return Collections.unmodifiableList(inputs);
  }

  /** Input {@code i}; null when absent. */
  public Value input(int i) {
    return i < inputs.size() ? inputs.get(i) : null;
  }

  public List<Value> outputs() {
    return Collections.unmodifiableList(outputs);
  }

  public Value output() {
    return outputs.getFirst();
  }

  void addOutput(Value value) {
    outputs.add(value);
  }

  void setInput(int i, Value value) {
    inputs.set(i, value);
  }

  /** What went wrong at this node, with its name and operation before the message. */
  public GraphException fault(String message) {
    return new GraphException("node '" + name() + "' (" + op.name() + "): " + message);
  }

  @Override
  public String toString() {
    return name() + " = " + op.name();
  }
}
