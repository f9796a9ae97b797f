package dev.vitrine.engine.generated;

/**
 * The places along an output axis where the whole window lies inside the picture: {@code from}
 * (inclusive) to {@code to} (exclusive), which is not less.
 */
record Inside(int from, int to) {
  /**
   * @param size of the picture along the axis
   * @param out how many places there are
   * @param before padding
   */
  static Inside of(int size, int out, int kernel, int stride, int before, int dilation) {
    int from = Math.min(out, Math.ceilDiv(before, stride));
    int last = size - 1 - (kernel - 1) * dilation + before;
    return new Inside(from, last < 0 ? from : Math.clamp(last / stride + 1, from, out));
  }

  boolean contains(int place) {
    return place >= from && place < to;
  }
}
