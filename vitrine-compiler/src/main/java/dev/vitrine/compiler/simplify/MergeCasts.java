package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.op.Cast;

/** A Cast of a Cast that loses nothing is one. */
final class MergeCasts implements Rule {
  private static final Pattern X = any();
  private static final Pattern INNER = op(Cast.class, X);
  private static final Pattern OUTER = op(Cast.class, INNER);

  @Override
  public Pattern pattern() {
    return OUTER;
  }

  @Override
  public Outcome apply(Match m) {
    boolean known = m.value(X).type().isKnown() && m.value(INNER).type().isKnown();
    return known && holds(m.value(INNER).dtype(), m.value(X).dtype())
        ? m.replace(m.root().op(), m.value(X))
        : Outcome.PASSED;
  }

  /** Whether a type has all values of another. */
  private static boolean holds(DType wide, DType narrow) {
    if (wide == narrow || wide == DType.F64 && narrow.isFloat()) {
      return true;
    } else if (wide == DType.BOOL || wide.isSmallFloat() || narrow.isFloat() && !wide.isFloat()) {
      return false;
    } else if (narrow.isFloat()) {
      return wide == DType.F32 && narrow != DType.F64;
    }
    int bits = narrow == DType.BOOL ? 1 : narrow.bits() - (narrow.isUnsigned() ? 0 : 1);
    int room =
        switch (wide) {
          case F16 -> 11;
          case BF16 -> 8;
          case F32 -> 24;
          case F64 -> 53;
          default -> wide.bits() - (wide.isUnsigned() ? 0 : 1);
        };
    boolean signed = !narrow.isUnsigned() && narrow != DType.BOOL;
    return bits <= room && !(signed && wide.isUnsigned());
  }
}
