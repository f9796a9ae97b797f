package dev.vitrine.compiler.fused;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;

/** What the type rules of this package ask of shapes. */
final class Checks {
  private Checks() {}

  /** Fails unless the two can be equal; a named size can equal anything. */
  static void same(String what, Dim a, Dim b) {
    if (!a.equals(b) && a.isStatic() && b.isStatic()) {
      throw new GraphException(what + " differ: " + a + " and " + b);
    }
  }

  static void rank(String what, Shape shape, int rank) {
    if (shape.rank() != rank) {
      throw new GraphException(what + " has shape " + shape + "; it needs rank " + rank);
    }
  }

  static void shape(String what, Shape expected, Shape actual) {
    rank(what, actual, expected.rank());
    for (int i = 0; i < expected.rank(); i++) {
      same("axis " + i + " of " + what + " and what it goes with", actual.dim(i), expected.dim(i));
    }
  }

  /** A dimension ÷ a number. */
  static Dim divided(String what, Dim dim, long by) {
    Dim out = by > 0 ? dim.dividedBy(Dim.of(by)) : null;
    if (out == null) {
      throw new GraphException(what + " of " + dim + " can't be split into " + by);
    }
    return out;
  }

  static double[] reals(Tensor t) {
    double[] out = new double[Math.toIntExact(t.count())];
    for (int i = 0; i < out.length; i++) {
      out[i] = t.real(i);
    }
    return out;
  }
}
