package dev.vitrine.compiler.fused;

/**
 * How finely a quantized product keeps its operands. Activations are codes from 0 to {@link
 * #levels}, weights integers from −{@link #weight} to {@link #weight}.
 */
public enum Grade {
  /** Eight bits each. */
  W8A8(255, 127),
  /**
   * Seven bits each: four products of a code and a weight sum to less than 2¹⁵, so that sixteen-bit
   * sums can't overflow.
   */
  W7A7(127, 63);

  private final int levels;
  private final int weight;

  Grade(int levels, int weight) {
    this.levels = levels;
    this.weight = weight;
  }

  /** The greatest code of an activation; the least is 0. */
  public int levels() {
    return levels;
  }

  /** The greatest size of a weight. */
  public int weight() {
    return weight;
  }
}
