package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Attention;
import java.util.List;

/** ONNX's Attention, without past, windows or causality, becomes FusedAttention. */
final class FuseAttentionOp implements Rule {
  private static final Pattern Q = any();
  private static final Pattern K = any();
  private static final Pattern V = any();
  private static final Pattern ATTENTION = op(Attention.class, Q, K, V);
  private static final int MASK = 3;

  @Override
  public Pattern pattern() {
    return ATTENTION;
  }

  @Override
  public Outcome apply(Match m) {
    Attention a = m.op(Attention.class);
    Heads q = heads(m.value(Q), a.qNumHeads());
    Heads k = heads(m.value(K), a.kvNumHeads());
    Heads v = heads(m.value(V), a.kvNumHeads());
    if (q == null || k == null || v == null) {
      return m.missed(Reason.OTHER_SHAPE, "heads are not side by side");
    }
    boolean plain =
        !a.isCausal()
            && a.leftWindowSize() < 0
            && a.rightWindowSize() < 0
            && a.softcap() == 0
            && m.root().inputs().stream().skip(MASK + 1).allMatch(i -> i == null)
            && m.root().outputs().stream()
                .skip(1)
                .allMatch(o -> o.users().isEmpty() && !m.graph().isOutput(o));
    if (!plain) {
      return m.missed(Reason.OTHER_VALUE, "causal, windowed, capped, or with past keys");
    }
    double scale = a.scale() == 0 ? 1 / Math.sqrt(q.depth()) : a.scale();
    Value mask = m.root().input(MASK);
    if (mask == null) {
      return new AttentionWriter(m, q, k, v).write(scale, List.of());
    }
    Value bias = mask.dtype() == DType.BOOL ? numbers(m, mask) : mask;
    if (bias == null) {
      return m.missed(Reason.NOT_CONSTANT, "a mask of truth values that hides no row entirely");
    }
    // As the operation has them: the heads that were traced may be part of the batch.
    Shape x = m.value(Q).shape();
    Shape scores =
        x.rank() == 4
            ? Shape.of(x.dim(0), x.dim(1), q.tokens(), k.tokens())
            : Shape.of(q.batch(), Dim.of(q.heads()), q.tokens(), k.tokens());
    return new AttentionWriter(m, q, k, v).write(scale, List.of(new Scores.Term(bias, 1, scores)));
  }

  private static Heads heads(Value x, long heads) {
    if (!x.type().isKnown() || x.shape().rank() == 4) {
      return x.type().isKnown() ? Heads.trace(x, Heads.Order.TOKENS_DEPTH) : null;
    }
    Shape s = x.shape();
    Dim depth = heads > 0 ? s.dim(2).dividedBy(Dim.of(heads)) : null;
    return depth == null || !depth.isStatic()
        ? null
        : new Heads(x, s.dim(0), s.dim(1), heads, depth.size(), 0, 1);
  }

  /** A constant mask as 0 and −∞; null where a query would see nothing. */
  private static Value numbers(Match m, Value mask) {
    if (!mask.isConstant()) {
      return null;
    }
    Tensor t = mask.constant();
    Tensor out = Tensor.zeros(m.value(Q).dtype(), t.shape());
    long keys = t.size(-1);
    for (long row = 0; row < t.count(); row += keys) {
      boolean seen = false;
      for (long i = row; i < row + keys; i++) {
        seen |= t.bool(i);
        out.set(i, t.bool(i) ? 0 : Double.NEGATIVE_INFINITY);
      }
      if (!seen) {
        return null;
      }
    }
    return m.constant(mask, out);
  }
}
