package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;

/** How the channels that make a block of pixels are numbered. */
public enum Blocks {
  /** Row and column in the block vary slowest, the channel fastest. */
  DCR,
  /** The channel varies slowest, row and column in the block fastest. */
  CRD;

  static Dim parts(Dim whole, Dim part) {
    Dim parts = whole.dividedBy(part);
    Check.that(parts != null, "%s is no multiple of %s", whole, part);
    return parts;
  }
}
