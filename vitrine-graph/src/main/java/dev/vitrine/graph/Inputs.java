package dev.vitrine.graph;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What an operation sees of its inputs: types always, values where they are known (constants while
 * inferring, everything while evaluating). Optional inputs that were left out are absent.
 */
public final class Inputs {
  /** Longer lists are no shape arithmetic. */
  public static final int LONGEST = 64;

  /**
   * Thrown by the getters below and caught by whoever runs the inference; never leaves this
   * package.
   */
  @SuppressWarnings("serial")
  static final class NotKnown extends RuntimeException {
    NotKnown() {
      super(null, null, false, false);
    }
  }

  private final List<TensorType> types;
  private final List<Tensor> tensors;
  private final List<List<Dim>> symbols;
  private final int outputs;
  private final String node;

  /**
   * Lists of equal length; an absent input is null in {@code types}, an unknown value null.
   *
   * @param node a name that no other node has; null where all values are known
   */
  Inputs(
      List<TensorType> types,
      List<Tensor> tensors,
      List<List<Dim>> symbols,
      int outputs,
      String node) {
    this.types = types;
    this.tensors = tensors;
    this.symbols = symbols;
    this.outputs = outputs;
    this.node = node;
  }

  /** Inputs of known value; null for an absent one. */
  public static Inputs of(int outputs, List<Tensor> tensors) {
    Tensor[] values = tensors.toArray(Tensor[]::new);
    TensorType[] types = new TensorType[values.length];
    for (int i = 0; i < values.length; i++) {
      types[i] = values[i] == null ? null : values[i].type();
    }
    return new Inputs(
        Arrays.asList(types),
        Arrays.asList(values),
        Collections.nCopies(values.length, null),
        outputs,
        null);
  }

  public static Inputs of(Tensor... tensors) {
    return of(1, Arrays.asList(tensors));
  }

  /** The number of inputs, absent ones included. */
  public int size() {
    return types.size();
  }

  /** The number of outputs that the node has. */
  public int outputs() {
    return outputs;
  }

  public boolean has(int i) {
    return i < types.size() && types.get(i) != null;
  }

  /** The type, which may be {@link TensorType#UNKNOWN}; use it only to test for that. */
  public TensorType anyType(int i) {
    if (!has(i)) {
      throw new GraphException("input " + i + " is missing");
    }
    return types.get(i);
  }

  public TensorType type(int i) {
    TensorType t = anyType(i);
    if (!t.isKnown()) {
      throw new NotKnown();
    }
    return t;
  }

  public Shape shape(int i) {
    return type(i).shape();
  }

  public DType dtype(int i) {
    return type(i).dtype();
  }

  public int rank(int i) {
    return shape(i).rank();
  }

  /** True when the input's value is known. */
  public boolean isKnown(int i) {
    return has(i) && tensors.get(i) != null;
  }

  public Tensor tensor(int i) {
    anyType(i);
    Tensor t = tensors.get(i);
    if (t == null) {
      throw new NotKnown();
    }
    return t;
  }

  /** The elements of a known integer input. */
  public long[] ints(int i) {
    return tensor(i).toLongs();
  }

  /**
   * The elements of an integer input as dimensions, from its value or from shape arithmetic; null
   * when one of them isn't known. They may be negative.
   */
  public List<Dim> dims(int i) {
    List<Dim> d = elements(i);
    return d == null || d.stream().anyMatch(Objects::isNull) ? null : d;
  }

  /** As above, with null for each element that isn't known; null when there may be too many. */
  public List<Dim> elements(int i) {
    if (!has(i)) {
      return null;
    }
    if (!isKnown(i) && symbols.get(i) != null) {
      return symbols.get(i);
    }
    TensorType t = types.get(i);
    if (!t.isStatic() || t.dtype().isFloat() || t.shape().count() > LONGEST) {
      return null;
    }
    return isKnown(i)
        ? Arrays.stream(ints(i)).mapToObj(Dim::of).toList()
        : Collections.nCopies((int) t.shape().count(), null);
  }

  /**
   * As above, or a fresh size for each element that isn't known: for elements that are sizes or
   * tell one each.
   */
  public List<Dim> sizes(int i, int count) {
    List<Dim> d = elements(i);
    return IntStream.range(0, d == null ? count : d.size())
        .mapToObj(k -> d == null || d.get(k) == null ? fresh(k) : d.get(k))
        .toList();
  }

  /** As above for a list; its length must be known. */
  public List<Dim> sizes(int i) {
    if (elements(i) != null) {
      return sizes(i, 0);
    }
    Shape list = shape(i);
    if (isKnown(i)) {
      throw new GraphException("input " + i + " is no list of sizes: " + tensor(i));
    }
    if (list.rank() != 1 || !list.isStatic()) {
      throw new NotKnown();
    }
    return sizes(i, Math.toIntExact(list.count()));
  }

  /**
   * A size that only a run can tell, by a name of the node's own: each {@code k} stands for one
   * size, whenever it is asked for.
   */
  public Dim fresh(int k) {
    if (node == null) {
      throw new GraphException("an input that tells sizes holds none");
    }
    return Dim.of("⌊" + node + "." + k + "⌋");
  }
}
