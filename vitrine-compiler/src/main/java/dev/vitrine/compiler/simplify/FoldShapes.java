package dev.vitrine.compiler.simplify;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Views;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Expand;
import dev.vitrine.graph.op.Reshape;

/**
 * A computed target of Reshape or Expand becomes a constant: the sizes that are known, 0 or −1 for
 * those that are only named.
 */
final class FoldShapes implements Rule {
  private static final Pattern COMPUTED =
      Pattern.node(Reshape.class, Expand.class).where(v -> !v.producer().input(1).isConstant());

  @Override
  public Pattern pattern() {
    return COMPUTED;
  }

  @Override
  public Outcome apply(Match m) {
    Value x = m.root().input(0);
    Value y = m.root().output();
    if (!x.type().isKnown() || !y.type().isKnown()) {
      return m.missed(Reason.SHAPE_UNKNOWN);
    }
    if (m.root().op() instanceof Expand) {
      return y.shape().isStatic()
          ? m.replace(m.root().op(), x, m.constant(Tensor.ints(y.shape().sizes())))
          : Outcome.PASSED;
    }
    Value reshaped = Views.reshape(m, x, y.shape());
    return reshaped == null
        ? m.missed(Reason.SHAPE_UNKNOWN, x.shape() + " to " + y.shape())
        : m.replace(reshaped);
  }
}
