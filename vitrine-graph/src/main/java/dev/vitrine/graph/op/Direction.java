package dev.vitrine.graph.op;

/** Which way a recurrent operation reads its sequences. */
public enum Direction {
  FORWARD,
  REVERSE,
  /** Both, each with its own weights. */
  BIDIRECTIONAL
}
