package dev.vitrine.graph;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What an operation sees of its inputs: types always, values where they are known (constants while
 * inferring, everything while evaluating). Optional inputs that were left out are absent.
 */
public final class Inputs {
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
   * when neither is known. They may be negative.
   */
  public List<Dim> dims(int i) {
    if (!has(i)) {
      return null;
    }
    if (isKnown(i)) {
      Tensor t = tensors.get(i);
      if (t.dtype().isFloat() || t.count() > 64) {
        return null;
      }
      return Arrays.stream(t.toLongs()).mapToObj(Dim::of).toList();
    }
    return symbols.get(i);
  }

  /**
   * As above, or a fresh size for each element where they aren't known: for elements that are sizes
   * or tell one each.
   */
  public List<Dim> sizes(int i, int count) {
    List<Dim> d = dims(i);
    return d != null ? d : IntStream.range(0, count).mapToObj(this::fresh).toList();
  }

  /** As above for a list; its length must be known. */
  public List<Dim> sizes(int i) {
    List<Dim> d = dims(i);
    if (d != null) {
      return d;
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
