package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Shape;
import java.util.Locale;

/** What operations ask of their inputs; a fault becomes one line. */
final class Check {
  private Check() {}

  /** Fails with the message, {@code %s} replaced by the arguments, unless the condition holds. */
  static void that(boolean condition, String message, Object... args) {
    if (!condition) {
      throw new GraphException(String.format(Locale.ROOT, message, args));
    }
  }

  /** The shape of an input with at least so many dimensions. */
  static Shape atLeast(int rank, Inputs in, int i) {
    Shape s = in.shape(i);
    that(s.rank() >= rank, "input %s is %s; it needs %s dimensions or more", i, s, rank);
    return s;
  }

  /** The shape of an input with exactly so many dimensions. */
  static Shape rank(int rank, Inputs in, int i) {
    Shape s = in.shape(i);
    that(s.rank() == rank, "input %s is %s; it needs %s dimensions", i, s, rank);
    return s;
  }

  /** The input has that element type. */
  static void type(Inputs in, int i, DType dtype) {
    that(in.dtype(i) == dtype, "input %s must be %s, not %s", i, dtype.text(), in.dtype(i).text());
  }

  /** Two dimensions that can't be equal in any run fail; returns the one that says more. */
  static Dim same(Dim a, Dim b, String what) {
    that(!a.isStatic() || !b.isStatic() || a.equals(b), "%s: %s is not %s", what, a, b);
    return a.isStatic() ? a : b;
  }
}
