package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Shape;

/** How the channels that make a block of pixels are numbered. */
public enum Blocks {
  /** Row and column in the block vary slowest, the channel fastest. */
  DCR,
  /** The channel varies slowest, row and column in the block fastest. */
  CRD;

  static Shape images(Shape s) {
    if (s.rank() != 4) {
      throw new GraphException("takes an NCHW tensor, not " + s);
    }
    return s;
  }

  static Dim parts(Dim whole, Dim part) {
    Dim parts = whole.dividedBy(part);
    if (parts == null) {
      throw new GraphException(whole + " is no multiple of " + part);
    }
    return parts;
  }
}
