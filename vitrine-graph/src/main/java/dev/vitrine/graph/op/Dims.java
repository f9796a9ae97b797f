package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;

/** Dimensions that arithmetic on names can't express. */
final class Dims {
  private Dims() {}

  /**
   * A dimension named after how it comes about, read from left to right ({@code height+1/2}): the
   * same description gives the same dimension, and so the same size.
   */
  static Dim derived(Dim from, String how) {
    return Dim.of(from.toString().replace('·', '.') + how);
  }
}
