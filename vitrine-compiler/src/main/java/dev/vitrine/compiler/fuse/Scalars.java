package dev.vitrine.compiler.fuse;

import dev.vitrine.graph.Node;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.Mul;

/** Products of a value with a single constant number. */
final class Scalars {
  private Scalars() {}

  /**
   * The number by which the value's producer multiplies another of the same shape; NaN for none.
   */
  static double factor(Value v) {
    Node n = v.producer();
    Value c = n == null ? null : number(n);
    if (c == null || !other(v).type().equals(v.type())) {
      return Double.NaN;
    }
    double number = c.constant().real(0);
    return n.op() instanceof Div ? 1 / number : number;
  }

  /** What is multiplied. */
  static Value other(Value v) {
    Node n = v.producer();
    return n.input(0) == number(n) ? n.input(1) : n.input(0);
  }

  private static Value number(Node n) {
    return switch (n.op()) {
      case Mul _ -> isNumber(n.input(1)) ? n.input(1) : isNumber(n.input(0)) ? n.input(0) : null;
      case Div _ -> isNumber(n.input(1)) ? n.input(1) : null;
      default -> null;
    };
  }

  private static boolean isNumber(Value v) {
    return v.isConstant() && v.constant().count() == 1 && v.dtype().isFloat();
  }
}
