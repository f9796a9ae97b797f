package dev.vitrine.compiler.quantize;

/** Told how far quantization is. */
@FunctionalInterface
public interface QuantizeProgress {
  /** What is being done. */
  enum Phase {
    CALIBRATING,
    SEARCHING,
    RANKING,
    RETURNING
  }

  /**
   * @param done of {@code total}; a total of 0 is one that isn't known
   */
  void at(Phase phase, int done, int total);
}
