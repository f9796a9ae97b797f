package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Gemm;

/** Gemm with a constant matrix and a constant vector or none becomes Linear. */
final class FuseGemm implements Rule {
  private static final Pattern X = any();
  private static final Pattern W = constant();
  private static final Pattern GEMM = op(Gemm.class, X, W);

  @Override
  public Pattern pattern() {
    return GEMM;
  }

  @Override
  public Outcome apply(Match m) {
    Gemm gemm = m.op(Gemm.class);
    Value c = m.root().input(2);
    if (gemm.transA()) {
      return m.missed(Reason.OTHER_AXES, "the first operand is transposed");
    }
    Tensor w = m.value(W).constant();
    w = gemm.transB() ? Weights.transposed(w) : w;
    w = gemm.alpha() == 1 ? w : Weights.scaled(w, 0, Tensor.scalar(w.dtype(), gemm.alpha()));
    Value x = m.value(X);
    Value weight = w == m.value(W).constant() ? m.value(W) : m.constant(m.value(W), w);
    if (c == null) {
      return m.replace(new Linear(Activation.NONE), x, weight);
    }
    if (!c.isConstant() || c.constant().count() != w.size(1)) {
      return m.missed(Reason.NOT_CONSTANT, "what is added is no constant vector");
    }
    Tensor bias = c.constant().reshape(Shape.of(w.size(1)));
    bias =
        gemm.beta() == 1 ? bias : Weights.scaled(bias, 0, Tensor.scalar(bias.dtype(), gemm.beta()));
    return m.replace(new Linear(Activation.NONE), x, weight, m.constant(c, bias));
  }
}
