package dev.vitrine.graph.op;

/** Where the padding of a convolution or pool comes from. */
public enum AutoPad {
  /** From the attribute {@code pads}. */
  NOTSET,
  /** As much as makes the output ⌈input / stride⌉ long; an odd one goes to the end. */
  SAME_UPPER,
  /** As {@link #SAME_UPPER}, but an odd one goes to the beginning. */
  SAME_LOWER,
  /** None. */
  VALID
}
