package dev.vitrine.graph.op;

/**
 * Walks the indices of a shape in row-major order, and tells for each where it lies in operands
 * that are laid out by other strides.
 */
final class Cursor {
  private final long[] sizes;
  private final long[][] strides;
  private final long[] index;
  private final long[] at;

  /** One array of strides for each operand, all as long as {@code sizes}. */
  Cursor(long[] sizes, long[]... strides) {
    this.sizes = sizes;
    this.strides = strides;
    index = new long[sizes.length];
    at = new long[strides.length];
  }

  /** The place of the current index in operand {@code k}: Σ index · stride. */
  long of(int k) {
    return at[k];
  }

  /** The current index on an axis. */
  long index(int axis) {
    return index[axis];
  }

  /** To the next index; after the last one to the first. */
  void next() {
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      boolean wraps = ++index[axis] == sizes[axis];
      for (int k = 0; k < at.length; k++) {
        at[k] += wraps ? -(sizes[axis] - 1) * strides[k][axis] : strides[k][axis];
      }
      if (!wraps) {
        return;
      }
      index[axis] = 0;
    }
  }
}
