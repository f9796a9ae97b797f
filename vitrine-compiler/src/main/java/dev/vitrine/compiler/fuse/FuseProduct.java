package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.op.MatMul;

/** A product with a constant matrix becomes Linear. */
final class FuseProduct implements Rule {
  private static final Pattern X = any();
  private static final Pattern W = constant().where(v -> v.shape().rank() == 2);
  private static final Pattern PRODUCT = op(MatMul.class, X, W);

  @Override
  public Pattern pattern() {
    return PRODUCT;
  }

  @Override
  public Outcome apply(Match m) {
    return m.replace(new Linear(Activation.NONE), m.value(X), m.value(W));
  }
}
