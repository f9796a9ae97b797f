package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.op.Cast;
import dev.vitrine.graph.op.DequantizeLinear;
import java.util.ArrayList;
import java.util.List;

/**
 * Weights that are kept in smaller types become what is computed with, unless a product of bytes
 * has taken them.
 */
final class FoldWeights implements Rule {
  private static final Pattern ANY = Pattern.node(DequantizeLinear.class, Cast.class);

  @Override
  public Pattern pattern() {
    return ANY;
  }

  @Override
  public Outcome apply(Match m) {
    if (m.root().inputs().stream().anyMatch(v -> v != null && !v.isConstant())) {
      return Outcome.PASSED;
    }
    return m.replace(m.constant(m.root().output(), fold(m.root())));
  }

  /** What a node of constants gives. */
  static Tensor fold(Node n) {
    List<Tensor> in = new ArrayList<>();
    n.inputs().forEach(v -> in.add(v == null ? null : v.constant()));
    return Evaluator.evaluate(n, in).getFirst();
  }
}
