package dev.vitrine.graph.op;

import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Strides in elements, and the one way in which elements are moved by them. */
final class Strides {
  private Strides() {}

  /** The strides of a dense row-major tensor of that shape. */
  static long[] of(Shape shape) {
    return of(shape.sizes());
  }

  static long[] of(long[] sizes) {
    long[] out = new long[sizes.length];
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      out[i] = stride;
      stride = Math.multiplyExact(stride, sizes[i]);
    }
    return out;
  }

  /**
   * A fresh tensor whose element at an index is the one of {@code in} at {@code base} + Σ index ·
   * stride.
   */
  static Tensor gather(Tensor in, long base, long[] strides, Shape shape) {
    Tensor out = Tensor.zeros(in.dtype(), shape);
    long[] sizes = shape.sizes();
    move(in, base, strides, out, 0, of(sizes), sizes);
    return out;
  }

  /** Copies a block of that many elements an axis between two tensors of one type. */
  static void move(
      Tensor in,
      long inBase,
      long[] inStrides,
      Tensor out,
      long outBase,
      long[] outStrides,
      long[] sizes) {
    if (Arrays.stream(sizes).anyMatch(n -> n == 0)) {
      return;
    }
    // The innermost axes that both sides hold without gaps are copied as one run.
    long run = 1;
    int outer = sizes.length;
    while (outer > 0
        && (sizes[outer - 1] == 1
            || (inStrides[outer - 1] == run && outStrides[outer - 1] == run))) {
      run *= sizes[--outer];
    }
    long[] walked = Arrays.copyOf(sizes, outer);
    Cursor at = new Cursor(walked, inStrides, outStrides);
    for (long n = Arrays.stream(walked).reduce(1, (a, b) -> a * b); n > 0; n--, at.next()) {
      copy(in, inBase + at.of(0), out, outBase + at.of(1), run);
    }
  }

  /** A fresh tensor with the same elements. */
  static Tensor copy(Tensor in) {
    Tensor out = Tensor.zeros(in.type());
    out.data().copyFrom(in.data());
    return out;
  }

  /** Copies {@code count} consecutive elements between two tensors of one type. */
  static void copy(Tensor in, long from, Tensor out, long to, long count) {
    int bytes = in.dtype().bytes();
    MemorySegment.copy(in.data(), from * bytes, out.data(), to * bytes, count * bytes);
  }
}
