package dev.vitrine.vision.resize;

import dev.vitrine.engine.generated.LevelMixer;

/** For each output pixel of one axis, the run of input pixels it is made of and their weights. */
final class Taps {
  private final int fractionBits;
  private final int width;
  private final int[] first;
  private final int[] count;
  private final int[] weights;

  /**
   * @param out the number of output pixels
   * @param width the most weights that one has
   * @param fractionBits the weights' bits below the point
   */
  Taps(int out, int width, int fractionBits) {
    this(fractionBits, width, new int[out], new int[out], new int[Math.multiplyExact(out, width)]);
  }

  private Taps(int fractionBits, int width, int[] first, int[] count, int[] weights) {
    this.fractionBits = fractionBits;
    this.width = width;
    this.first = first;
    this.count = count;
    this.weights = weights;
  }

  void set(int out, int from, int... w) {
    first[out] = from;
    count[out] = w.length;
    System.arraycopy(w, 0, weights, out * width, w.length);
  }

  int outputs() {
    return first.length;
  }

  int fractionBits() {
    return fractionBits;
  }

  int from(int out) {
    return first[out];
  }

  int count(int out) {
    return count[out];
  }

  /** Where the weights of an output begin in {@link #weights()}. */
  int offset(int out) {
    return out * width;
  }

  int[] weights() {
    return weights;
  }

  LevelMixer.Runs runs() {
    return new LevelMixer.Runs(first, count, weights, width);
  }

  /** The first input pixel that any output uses. */
  int first() {
    return first[0];
  }

  /** The last input pixel that any output uses, exclusive. */
  int last() {
    return first[first.length - 1] + count[first.length - 1];
  }

  /** The same weights for an input that begins {@code by} pixels later. */
  Taps shifted(int by) {
    int[] moved = first.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += by;
    }
    return new Taps(fractionBits, width, moved, count, weights);
  }
}
