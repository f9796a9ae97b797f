package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.fused.FusedAttention;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Rearrangement;
import dev.vitrine.compiler.rewrite.Rearrangement.Factor;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Views;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Attention;
import dev.vitrine.graph.op.Transpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes FusedAttention in the place of a match's root, whose result is [batch…, heads, tokens,
 * depth].
 */
record AttentionWriter(Match m, Heads q, Heads k, Heads v) {
  /**
   * @param scale what the product of queries and keys is multiplied by, besides their own scales
   * @param terms what is added to it
   */
  Outcome write(double scale, List<Scores.Term> terms) {
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
    if (v.scale() != 1) {
      return m.missed(Reason.OTHER_VALUE, "the values are scaled");
    }
    Value bias;
    try {
      Shape full = Shape.of(q.batch(), Dim.of(q.heads()), q.tokens(), k.tokens());
      bias = new Bias(m, full).of(terms);
    } catch (Bias.Unsuited e) {
      return m.missed(Reason.OTHER_SHAPE, e.getMessage());
    }
    Value[] in = {q.write(m), k.write(m), v.write(m), bias};
    if (in[0] == null || in[1] == null || in[2] == null) {
      return m.missed(Reason.SHAPE_UNKNOWN);
    }
    float all = (float) (scale * q.scale() * k.scale());
    var op = new FusedAttention(Math.toIntExact(q.heads()), all);
    Value mixed = bias == null ? m.add(op, in[0], in[1], in[2]) : m.add(op, in);
    Value end =
        m.root().output().shape().rank() == 3 && isFlat() ? m.root().output() : sideBySide();
    Value out = end == null ? asHeads(mixed) : reshaped(mixed, end.shape());
    return out == null
        ? m.missed(Reason.SHAPE_UNKNOWN)
        : m.replaceAll(Map.of(end == null ? m.root().output() : end, out));
  }

  /** Whether the root's result has heads side by side itself. */
  private boolean isFlat() {
    return m.root().op() instanceof Attention;
  }

  /**
   * Goes forward over views from the result to where it has the shape [batch…, tokens…, heads ·
   * depth]; null when it never has.
   */
  private Value sideBySide() {
    Value at = m.root().output();
    List<Value> steps = new ArrayList<>();
    while (true) {
      Rearrangement r = Rearrangement.of(m.root().output(), steps);
      if (r == null) {
        return null;
      } else if (isSideBySide(r)) {
        return at;
      }
      if (!m.graph().usedOnce(at) || !Rearrangement.isView(at.users().getFirst())) {
        return null;
      }
      at = at.users().getFirst().output();
      steps.add(at);
    }
  }

  private boolean isSideBySide(Rearrangement r) {
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
  private Value asHeads(Value mixed) {
    Shape s = mixed.shape();
    Value heads =
        Views.reshape(m, mixed, Shape.of(s.dim(0), s.dim(1), Dim.of(v.heads()), Dim.of(v.depth())));
    return heads == null
        ? null
        : reshaped(m.add(new Transpose(List.of(0L, 2L, 1L, 3L)), heads), m.root().output().shape());
  }

  private Value reshaped(Value x, Shape to) {
    return x.shape().equals(to) ? x : Views.reshape(m, x, to);
  }
}
