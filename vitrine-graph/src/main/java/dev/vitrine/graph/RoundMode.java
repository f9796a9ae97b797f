package dev.vitrine.graph;

/** How a value becomes a power of two: the only choice that {@link DType#F8E8M0} leaves. */
public enum RoundMode {
  /** Away from zero. */
  UP,
  /** Towards zero. */
  DOWN,
  /** To the nearest; up when both are as near. */
  NEAREST
}
