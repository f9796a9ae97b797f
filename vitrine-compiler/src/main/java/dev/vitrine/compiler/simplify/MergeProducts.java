package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.commutative;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.oneOf;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.MatMul;

/** (x·A + a)·B becomes x·(A·B) + a·B where that is fewer multiplications. */
final class MergeProducts implements Rule {
  private static final Pattern X = any();
  private static final Pattern A = matrix();
  private static final Pattern B = matrix();
  private static final Pattern SHIFT = constant().where(v -> v.shape().rank() == 1);
  private static final Pattern FIRST = op(MatMul.class, X, A);
  private static final Pattern PRODUCTS =
      op(MatMul.class, oneOf(FIRST, commutative(Add.class, FIRST, SHIFT)), B);

  private static Pattern matrix() {
    return constant().where(v -> v.shape().rank() == 2);
  }

  @Override
  public Pattern pattern() {
    return PRODUCTS;
  }

  @Override
  public Outcome apply(Match m) {
    Tensor a = m.value(A).constant();
    Tensor b = m.value(B).constant();
    if (!m.onlyUsedInside()) {
      return m.missed(Reason.USED_ELSEWHERE);
    }
    if (a.size(0) * b.size(1) > a.count() + b.count()) {
      return m.missed(Reason.NO_GAIN, "the product of the weights is larger than both");
    }
    Value product = m.add(new MatMul(), m.value(X), m.constant(m.value(B), product(a, b)));
    Value shift = m.value(SHIFT);
    return shift == null
        ? m.replace(product)
        : m.replace(new Add(), product, m.constant(shift, product(shift.constant(), b)));
  }

  private static Tensor product(Tensor a, Tensor b) {
    return new MatMul().evaluate(Inputs.of(a, b)).getFirst();
  }
}
