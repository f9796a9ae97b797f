package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.oneOf;
import static dev.vitrine.compiler.rewrite.Pattern.op;
import static dev.vitrine.compiler.rewrite.Pattern.product;
import static dev.vitrine.compiler.rewrite.Pattern.scaled;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.op.Sigmoid;
import dev.vitrine.graph.op.Swish;

/** x · sigmoid(x) and x · sigmoid(1.702·x) become Swish. */
final class FuseSwish implements Rule {
  private static final float QUICK = 1.702f;
  private static final Pattern X = any();
  private static final Pattern QUICK_GELU = product(X, op(Sigmoid.class, scaled(X, QUICK)));
  private static final Pattern SWISH = oneOf(product(X, op(Sigmoid.class, X)), QUICK_GELU);

  @Override
  public Pattern pattern() {
    return SWISH;
  }

  @Override
  public Outcome apply(Match m) {
    return m.onlyUsedInside()
        ? m.replace(new Swish(m.value(QUICK_GELU) == null ? 1 : QUICK), m.value(X))
        : m.missed(Reason.USED_ELSEWHERE);
  }
}
