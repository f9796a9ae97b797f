package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.oneOf;
import static dev.vitrine.compiler.rewrite.Pattern.op;
import static dev.vitrine.compiler.rewrite.Pattern.scalar;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.IsNaN;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.Softmax;
import dev.vitrine.graph.op.Where;

/**
 * softmax(q · kᵀ) · v in all the ways that exporters spell it, with the reshaping and transposing
 * around it: queries, keys and values may be separate or parts of one value; scale and bias may
 * stand anywhere on the way.
 */
final class FuseAttention implements Rule {
  private static final Pattern SCORES = any();
  private static final Pattern SOFTMAX = op(Softmax.class, SCORES);
  private static final Pattern WEIGHTS =
      oneOf(SOFTMAX, op(Where.class, op(IsNaN.class, SOFTMAX), scalar(0), SOFTMAX));
  private static final Pattern V = any();
  private static final Pattern MIX = op(MatMul.class, WEIGHTS, V);

  @Override
  public Pattern pattern() {
    return MIX;
  }

  @Override
  public Outcome apply(Match m) {
    Softmax softmax = (Softmax) m.node(SOFTMAX).op();
    Value p = m.value(SOFTMAX);
    if (!p.type().isKnown() || !m.root().output().type().isKnown()) {
      return m.missed(Reason.SHAPE_UNKNOWN);
    }
    if (p.shape().axis(softmax.axis()) != p.shape().rank() - 1) {
      return m.missed(Reason.OTHER_AXES, "the softmax is not over the last axis");
    }
    if (!m.onlyUsedInside()) {
      return m.missed(Reason.USED_ELSEWHERE, "the attention weights");
    }
    Scores scores = Scores.of(m.value(SCORES));
    if (scores == null) {
      return m.missed(Reason.OTHER_SHAPE, "the softmax is not of a product");
    }
    Heads q = Heads.trace(scores.product().input(0), Heads.Order.TOKENS_DEPTH);
    Heads k = Heads.trace(scores.product().input(1), Heads.Order.DEPTH_TOKENS);
    Heads v = Heads.trace(m.value(V), Heads.Order.TOKENS_DEPTH);
    if (q == null || k == null || v == null) {
      String which = q == null ? "queries" : k == null ? "keys" : "values";
      return m.missed(Reason.OTHER_SHAPE, "heads are not side by side in the " + which);
    }
    return new AttentionWriter(m, q, k, v).write(scores.scale(), scores.added());
  }
}
