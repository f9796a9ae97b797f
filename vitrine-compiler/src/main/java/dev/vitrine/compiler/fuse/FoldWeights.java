package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Cast;
import dev.vitrine.graph.op.DequantizeLinear;
import dev.vitrine.graph.op.Mul;
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
    Tensor weights = known(m.root().output());
    return weights == null ? Outcome.PASSED : m.replace(m.constant(m.root().output(), weights));
  }

  /** A constant, or what such operations, and products of scales, make of constants; else null. */
  static Tensor known(Value v) {
    if (v.isConstant()) {
      return v.constant();
    }
    Node n = v.producer();
    boolean folds =
        n != null
            && switch (n.op()) {
              case DequantizeLinear _, Cast _, Mul _ -> true;
              default -> false;
            };
    if (!folds) {
      return null;
    }
    List<Tensor> in = new ArrayList<>();
    for (Value input : n.inputs()) {
      Tensor t = input == null ? null : known(input);
      if (t == null && input != null) {
        return null;
      }
      in.add(t);
    }
    return Evaluator.evaluate(n, in).getFirst();
  }
}
