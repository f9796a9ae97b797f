package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.node;
import static dev.vitrine.compiler.rewrite.Pattern.oneOf;
import static dev.vitrine.compiler.rewrite.Pattern.op;
import static dev.vitrine.compiler.rewrite.Pattern.scalar;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.IsNaN;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.Softmax;
import dev.vitrine.graph.op.Where;

/**
 * What exporters put behind a Softmax for rows that a mask hides entirely, where there is no mask:
 * of finite scores no Softmax is NaN.
 */
final class DropNanGuard implements Rule {
  private static final Pattern PRODUCT = node(MatMul.class);
  private static final Pattern SCORES =
      oneOf(PRODUCT, op(Mul.class, PRODUCT, any()), op(Div.class, PRODUCT, any()));
  private static final Pattern SOFTMAX = op(Softmax.class, SCORES);
  private static final Pattern GUARDED =
      op(Where.class, op(IsNaN.class, SOFTMAX), scalar(0), SOFTMAX);

  @Override
  public Pattern pattern() {
    return GUARDED;
  }

  @Override
  public Outcome apply(Match m) {
    return m.replace(m.value(SOFTMAX));
  }
}
