package dev.vitrine.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A value of a graph: an input, a constant, or an output of a node. Compared by identity. */
public final class Value {
  private String name;
  private final Node producer;
  private final Tensor constant;
  private TensorType type;
  private final List<Node> users = new ArrayList<>();

  Value(String name, TensorType type, Node producer, Tensor constant) {
    this.name = name;
    this.type = type;
    this.producer = producer;
    this.constant = constant;
  }

  public String name() {
    return name;
  }

  void setName(String name) {
    this.name = name;
  }

  public TensorType type() {
    return type;
  }

  public Shape shape() {
    return type.shape();
  }

  public DType dtype() {
    return type.dtype();
  }

  void setType(TensorType type) {
    this.type = type;
  }

  /** The node that gives this value; null for inputs and constants. */
  public Node producer() {
    return producer;
  }

  public boolean isConstant() {
    return constant != null;
  }

  /** The value of a constant; null for other values. */
  public Tensor constant() {
    return constant;
  }

  /** The nodes that read this value, once for each input that does. */
  public List<Node> users() {
    return Collections.unmodifiableList(users);
  }

  void addUser(Node node) {
    users.add(node);
  }

  void removeUser(Node node) {
    users.remove(node);
  }

  /** The operation that gives this value, if it is one of that kind; else null. */
  public <T extends Op> T producedBy(Class<T> kind) {
    return producer != null && kind.isInstance(producer.op()) ? kind.cast(producer.op()) : null;
  }

  @Override
  public String toString() {
    return name + ": " + type;
  }
}
