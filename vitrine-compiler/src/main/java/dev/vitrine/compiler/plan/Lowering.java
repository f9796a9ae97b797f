package dev.vitrine.compiler.plan;

import dev.vitrine.graph.Node;

/** Turns some kinds of nodes into steps and views. */
interface Lowering {
  /**
   * Defines the node's outputs.
   *
   * @return false, having done nothing, when the node is not of a kind or form that this one knows
   */
  boolean lower(Node n);
}
