package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.oneOf;
import static dev.vitrine.compiler.rewrite.Pattern.op;
import static dev.vitrine.compiler.rewrite.Pattern.product;
import static dev.vitrine.compiler.rewrite.Pattern.scalar;
import static dev.vitrine.compiler.rewrite.Pattern.scaled;
import static dev.vitrine.compiler.rewrite.Pattern.sum;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.Erf;
import dev.vitrine.graph.op.Gelu;
import dev.vitrine.graph.op.Pow;
import dev.vitrine.graph.op.Tanh;

/**
 * x · ½ · (1 + erf(x/√2)) and x · ½ · (1 + tanh(√(2/π) · (x + 0.044715·x³))), factors in any order,
 * become Gelu.
 */
final class FuseGelu implements Rule {
  private static final Pattern X = any();
  private static final Pattern ERF =
      halves(sum(scalar(1), op(Erf.class, scaled(X, Math.sqrt(0.5)))));
  private static final Pattern CUBE =
      oneOf(op(Pow.class, X, scalar(3)), product(X, X, X), product(X, op(Pow.class, X, scalar(2))));
  private static final double ROOT = Math.sqrt(2 / Math.PI);
  private static final Pattern INNER =
      oneOf(
          product(scalar(ROOT), sum(X, product(scalar(0.044715), CUBE))),
          product(
              scalar(ROOT),
              X,
              sum(
                  scalar(1),
                  product(scalar(0.044715), oneOf(op(Pow.class, X, scalar(2)), product(X, X))))));
  private static final Pattern TANH = halves(sum(scalar(1), op(Tanh.class, INNER)));
  private static final Pattern GELU = oneOf(ERF, TANH);

  /** x · ½ · y in all the ways to spell it. */
  private static Pattern halves(Pattern y) {
    return oneOf(
        product(X, scalar(0.5), y),
        product(op(Div.class, X, scalar(2)), y),
        op(Div.class, product(X, y), scalar(2)));
  }

  @Override
  public Pattern pattern() {
    return GELU;
  }

  @Override
  public Outcome apply(Match m) {
    if (!m.onlyUsedInside()) {
      return m.missed(Reason.USED_ELSEWHERE);
    }
    var form = m.value(ERF) != null ? Gelu.Approximation.NONE : Gelu.Approximation.TANH;
    return m.replace(new Gelu(form), m.value(X));
  }
}
