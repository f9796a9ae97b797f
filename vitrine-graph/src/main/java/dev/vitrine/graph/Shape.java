package dev.vitrine.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The dimensions of a tensor, outermost first; row-major. A scalar has none. */
public record Shape(List<Dim> dims) {
  public static final Shape SCALAR = new Shape(List.of());

  public Shape {
    dims = List.copyOf(dims);
    for (Dim d : dims) {
      if (d.isStatic() && d.size() < 0) {
        throw new GraphException("a dimension can't be " + d);
      }
    }
  }

  public static Shape of(long... dims) {
    Dim[] all = new Dim[dims.length];
    for (int i = 0; i < dims.length; i++) {
      all[i] = Dim.of(dims[i]);
    }
    return of(all);
  }

  public static Shape of(Dim... dims) {
    return new Shape(List.of(dims));
  }

  /** Parses {@code 1x3x518x518}; names are allowed in place of numbers. */
  public static Shape parse(String text) {
    return new Shape(
        Arrays.stream(text.strip().split("x", -1))
            .map(
                part -> {
                  if (part.matches("\\d{1,18}")) {
                    return Dim.of(Long.parseLong(part));
                  }
                  if (part.matches("[A-Za-z_]\\w*")) {
                    return Dim.of(part);
                  }
                  throw new VitrineException("'" + text + "' is no shape; write it as 1x3x518x518");
                })
            .toList());
  }

  public int rank() {
    return dims.size();
  }

  /** Dimension {@code axis}; a negative axis counts from the end. */
  public Dim dim(int axis) {
    return dims.get(axis(axis));
  }

  /** The size of a static dimension; a negative axis counts from the end. */
  public long size(int axis) {
    return dim(axis).size();
  }

  /** An axis in 0..rank−1 from one in −rank..rank−1. */
  public int axis(long axis) {
    if (axis < -rank() || axis >= rank()) {
      throw new GraphException("axis " + axis + " is outside shape " + this);
    }
    return (int) (axis < 0 ? axis + rank() : axis);
  }

  public boolean isStatic() {
    return dims.stream().allMatch(Dim::isStatic);
  }

  /** All sizes of a static shape, in a fresh array. */
  public long[] sizes() {
    long[] sizes = new long[dims.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = dims.get(i).size();
    }
    return sizes;
  }

  /** The number of elements of a static shape. */
  public long count() {
    return count(0, rank());
  }

  /** The product of the sizes of axes {@code from} (inclusive) to {@code to} (exclusive). */
  public long count(int from, int to) {
    long n = 1;
    for (int i = from; i < to; i++) {
      try {
        n = Math.multiplyExact(n, dims.get(i).size());
      } catch (ArithmeticException e) {
        throw new GraphException("shape " + this + " has more elements than can be counted", e);
      }
    }
    return n;
  }

  /** The product of all dimensions. */
  public Dim product() {
    return dims.stream().reduce(Dim.of(1), Dim::times);
  }

  public Shape with(int axis, Dim dim) {
    int at = axis(axis);
    return new Shape(
        IntStream.range(0, rank()).mapToObj(i -> i == at ? dim : dims.get(i)).toList());
  }

  /** The shape that two shapes broadcast to (ONNX multidirectional broadcasting). */
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    Dim[] out = new Dim[rank];
    for (int i = 1; i <= rank; i++) {
      Dim x = i <= a.rank() ? a.dim(-i) : Dim.of(1);
      Dim y = i <= b.rank() ? b.dim(-i) : Dim.of(1);
      if (x.isStatic() && y.isStatic() && !x.equals(y) && !x.is(1) && !y.is(1)) {
        throw new GraphException("shapes " + a + " and " + b + " don't broadcast");
      }
      out[rank - i] = Dim.broadcast(x, y);
    }
    return of(out);
  }

  @Override
  public String toString() {
    return dims.stream().map(Dim::toString).collect(Collectors.joining(", ", "[", "]"));
  }

  /** As {@code 1x3x518x518}. */
  public String compact() {
    return dims.stream().map(Dim::toString).collect(Collectors.joining("x"));
  }
}
