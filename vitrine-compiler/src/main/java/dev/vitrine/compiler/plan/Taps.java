package dev.vitrine.compiler.plan;

import java.util.Arrays;

/**
 * One axis of a resampling: output element i is {@code Σ weights[i·width + t] · input[index[i·width
 * + t]]}, t from 0 to width − 1.
 */
public record Taps(int width, int[] index, float[] weights) {
  /** The number of output elements. */
  public int count() {
    return width == 0 ? 0 : index.length / width;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Taps t
        && width == t.width
        && Arrays.equals(index, t.index)
        && Arrays.equals(weights, t.weights);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(index) + Arrays.hashCode(weights);
  }

  @Override
  public String toString() {
    return count() + " of " + width + " taps";
  }
}
