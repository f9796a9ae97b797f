package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.oneOf;
import static dev.vitrine.compiler.rewrite.Pattern.op;
import static dev.vitrine.compiler.rewrite.Pattern.scalar;

import dev.vitrine.compiler.fused.FusedAttention;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rearrangement;
import dev.vitrine.compiler.rewrite.Rearrangement.Factor;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Views;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.IsNaN;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.Softmax;
import dev.vitrine.graph.op.Transpose;
import dev.vitrine.graph.op.Where;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    boolean agree =
        q.heads() == k.heads()
            && q.heads() == v.heads()
            && q.depth() == k.depth()
            && q.batch().equals(k.batch())
            && q.batch().equals(v.batch())
            && k.tokens().equals(v.tokens());
    if (!agree) {
      return m.missed(Reason.OTHER_SHAPE, "queries, keys and values differ in heads or batch");
    }
    return fuse(m, scores, q, k, v);
  }

  private static Outcome fuse(Match m, Scores scores, Heads q, Heads k, Heads v) {
    Value bias;
    try {
      Shape full = Shape.of(q.batch(), Dim.of(q.heads()), q.tokens(), k.tokens());
      bias = new Bias(m, full).of(scores.added());
    } catch (Bias.Unsuited e) {
      return m.missed(Reason.OTHER_SHAPE, e.getMessage());
    }
    Value[] in = {q.write(m), k.write(m), v.write(m), bias};
    if (in[0] == null || in[1] == null || in[2] == null) {
      return m.missed(Reason.SHAPE_UNKNOWN);
    }
    double scale = scores.scale() * q.scale() * k.scale();
    var op = new FusedAttention(Math.toIntExact(q.heads()), (float) scale);
    Value mixed = bias == null ? m.add(op, in[0], in[1], in[2]) : m.add(op, in);
    if (v.scale() != 1) {
      return m.missed(Reason.OTHER_VALUE, "the values are scaled");
    }
    Value end = sideBySide(m, v);
    Value out = end == null ? asHeads(m, mixed, v) : reshaped(m, mixed, end.shape());
    if (out == null) {
      return m.missed(Reason.SHAPE_UNKNOWN);
    }
    Map<Value, Value> all = new LinkedHashMap<>();
    all.put(end == null ? m.root().output() : end, out);
    return m.replaceAll(all);
  }

  /**
   * Goes forward over views from the result to where it has the shape [batch…, tokens…, heads ·
   * depth]; null when it never has.
   */
  private static Value sideBySide(Match m, Heads v) {
    Value at = m.root().output();
    List<Value> steps = new ArrayList<>();
    while (true) {
      Rearrangement r = Rearrangement.of(m.root().output(), steps);
      if (r == null) {
        return null;
      } else if (isSideBySide(r, v)) {
        return at;
      }
      if (!m.graph().usedOnce(at) || !Rearrangement.isView(at.users().getFirst())) {
        return null;
      }
      at = at.users().getFirst().output();
      steps.add(at);
    }
  }

  private static boolean isSideBySide(Rearrangement r, Heads v) {
    List<List<Factor>> from = r.source();
    int rank = from.size();
    List<Factor> batch =
        new ArrayList<>(from.subList(0, rank - 2).stream().flatMap(List::stream).toList());
    List<Factor> columns = new ArrayList<>(from.getLast());
    for (Dim heads = Dim.of(v.heads()); !heads.is(1); ) {
      Dim rest = batch.isEmpty() ? null : heads.dividedBy(batch.getLast().size());
      if (rest == null) {
        return false;
      }
      columns.addFirst(batch.removeLast());
      heads = rest;
    }
    batch.addAll(from.get(rank - 2));
    List<List<Factor>> outer = r.axes().subList(0, r.axes().size() - 1);
    return r.axes().getLast().equals(columns)
        && outer.stream().flatMap(List::stream).toList().equals(batch);
  }

  /** The result with heads apart, as the root had it. */
  private static Value asHeads(Match m, Value mixed, Heads v) {
    Shape s = mixed.shape();
    Value heads =
        Views.reshape(m, mixed, Shape.of(s.dim(0), s.dim(1), Dim.of(v.heads()), Dim.of(v.depth())));
    return heads == null
        ? null
        : reshaped(
            m, m.add(new Transpose(List.of(0L, 2L, 1L, 3L)), heads), m.root().output().shape());
  }

  private static Value reshaped(Match m, Value v, Shape to) {
    return v.shape().equals(to) ? v : Views.reshape(m, v, to);
  }
}
