package dev.vitrine.graph.op;

import dev.vitrine.graph.Shape;

/**
 * The lines of a dense tensor along one axis.
 *
 * @param count how many there are; 0 when they are empty
 * @param length the elements of each
 * @param stride the distance between them
 */
record Lines(long count, long length, long stride) {
  Lines(Shape shape, int axis) {
    this(
        shape.size(axis) == 0 ? 0 : shape.count() / shape.size(axis),
        shape.size(axis),
        shape.count(axis + 1, shape.rank()));
  }

  /** Where element {@code i} of a line is. Lines are numbered by the other axes, row-major. */
  long at(long line, long i) {
    return (line / stride * length + i) * stride + line % stride;
  }
}
