package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Pow;
import dev.vitrine.graph.op.Reciprocal;
import dev.vitrine.graph.op.Sqrt;

/** A power with the exponent ½ or −1 has an operation of its own. */
final class SimplifyPower implements Rule {
  private static final Pattern X = any().where(v -> v.type().isKnown() && v.dtype().isFloat());
  private static final Pattern EXPONENT = constant().where(v -> v.constant().count() == 1);
  private static final Pattern POWER = op(Pow.class, X, EXPONENT);

  @Override
  public Pattern pattern() {
    return POWER;
  }

  @Override
  public Outcome apply(Match m) {
    Value x = m.value(X);
    double exponent = m.value(EXPONENT).constant().real(0);
    if (exponent == 0.5) {
      return m.replace(new Sqrt(), x);
    }
    return exponent == -1 ? m.replace(new Reciprocal(), x) : Outcome.PASSED;
  }
}
