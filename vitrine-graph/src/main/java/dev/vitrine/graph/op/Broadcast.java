package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.TensorType;

/** What broadcasting operations have in common. */
final class Broadcast {
  private Broadcast() {}

  /** The shape that inputs {@code from} and all after it broadcast to. */
  static Shape shape(Inputs in, int from) {
    Shape s = in.shape(from);
    for (int i = from + 1; i < in.size(); i++) {
      s = Shape.broadcast(s, in.shape(i));
    }
    return s;
  }

  /** The broadcast shape of all inputs with their one type. */
  static TensorType sameType(Inputs in) {
    DType dtype = in.dtype(0);
    for (int i = 1; i < in.size(); i++) {
      Check.type(in, i, dtype);
    }
    return new TensorType(dtype, shape(in, 0));
  }

  /** Walks {@code out} and tells each input's element. */
  static Cursor cursor(Shape out, Inputs in) {
    long[][] strides = new long[in.size()][];
    for (int i = 0; i < strides.length; i++) {
      strides[i] = strides(in.shape(i), out);
    }
    return new Cursor(out.sizes(), strides);
  }

  /** Strides that walk {@code from} along the axes of {@code to}: 0 where it is repeated. */
  static long[] strides(Shape from, Shape to) {
    long[] own = Strides.of(from);
    long[] out = new long[to.rank()];
    int shift = to.rank() - from.rank();
    for (int i = 0; i < own.length; i++) {
      out[i + shift] = from.dim(i).is(1) ? 0 : own[i];
    }
    return out;
  }

  /**
   * For each element of {@code to} in row-major order, the flat index of the element of {@code
   * from} that broadcasts to it.
   */
  static int[] indices(Shape from, Shape to) {
    if (!Shape.broadcast(from, to).equals(to)) {
      throw new GraphException("shape " + from + " doesn't broadcast to " + to);
    }
    int[] out = new int[Math.toIntExact(to.count())];
    Cursor at = new Cursor(to.sizes(), strides(from, to));
    for (int i = 0; i < out.length; i++, at.next()) {
      out[i] = Math.toIntExact(at.of(0));
    }
    return out;
  }
}
