package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Views;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Concat;
import dev.vitrine.graph.op.Gather;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Transpose;

/**
 * Nodes that only move whole rows of one value about (rolling, cutting into windows, putting
 * windows together, taking every other pixel) become one Gather of rows, the same for every
 * picture, between reshapes that move nothing.
 */
final class GatherRows implements Rule {
  private static final Pattern MOVED = Pattern.node(Reshape.class, Transpose.class, Concat.class);

  @Override
  public Pattern pattern() {
    return MOVED;
  }

  @Override
  public Outcome apply(Match m) {
    Value y = m.root().output();
    if (y.users().stream().anyMatch(RowMoves::isMove) && !m.graph().isOutput(y)) {
      return Outcome.PASSED;
    }
    RowMoves moves = RowMoves.into(y);
    if (moves == null || !moves.isMoving()) {
      return Outcome.PASSED;
    }
    RowMoves.Plan plan = moves.plan();
    if (plan == null) {
      return Outcome.PASSED;
    }
    Value x = moves.source();
    Shape flat = Shape.of(plan.pictures(), plan.rows(), x.shape().dim(-1));
    Value source = x.shape().equals(flat) ? x : Views.reshape(m, x, flat);
    if (source == null) {
      return Outcome.PASSED;
    }
    Value picked = m.add(new Gather(1), source, m.constant(Tensor.ints(plan.picked())));
    Value out = picked.shape().equals(y.shape()) ? picked : Views.reshape(m, picked, y.shape());
    return out == null ? Outcome.PASSED : m.replace(out);
  }
}
