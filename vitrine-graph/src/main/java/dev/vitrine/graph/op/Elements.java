package dev.vitrine.graph.op;

import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;

/** Walks a tensor of indices along one axis of another tensor, and tells where each points. */
final class Elements {
  private final Tensor indices;
  private final Cursor at;
  private final long stride;
  private final long size;
  private long i;

  Elements(Shape x, int axis, Tensor indices) {
    long[] strides = Strides.of(x);
    stride = strides[axis];
    size = x.size(axis);
    strides[axis] = 0;
    this.indices = indices;
    at = new Cursor(indices.shape().sizes(), strides);
  }

  /** The element that the next index, in row-major order, points at. */
  long next() {
    long element = at.of(0) + stride * Axes.index(indices.integer(i++), size);
    at.next();
    return element;
  }
}
