package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.op;
import static dev.vitrine.compiler.rewrite.Pattern.product;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.fused.QuantizedLinear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Cast;
import dev.vitrine.graph.op.MatMulInteger;

/** MatMulInteger with a constant matrix, times both scales, becomes a product of bytes. */
final class FuseIntegerProduct implements Rule {
  private static final Pattern WEIGHT = constant();
  private static final Pattern SUMS = op(MatMulInteger.class, any(), WEIGHT);
  private static final Pattern SCALE = any().where(v -> !v.isConstant() && isOne(v));
  private static final Pattern WEIGHT_SCALE = constant();
  private static final Pattern SCALED = product(op(Cast.class, SUMS), SCALE, WEIGHT_SCALE);

  @Override
  public Pattern pattern() {
    return SCALED;
  }

  @Override
  public Outcome apply(Match m) {
    Node sums = m.node(SUMS);
    Value q = sums.input(0);
    Value zero = sums.input(2);
    Value weightZero = sums.input(3);
    Tensor weight = m.value(WEIGHT).constant();
    Tensor scale = m.value(WEIGHT_SCALE).constant();
    boolean fits =
        weight.rank() == 2
            && weight.size(0) <= QuantizedLinear.DEEPEST
            && (scale.count() == 1 || scale.count() == weight.size(1))
            && (weightZero == null || weightZero.isConstant())
            && q.dtype() == DType.U8
            && m.root().output().dtype() == DType.F32
            && m.value(SCALE).dtype() == DType.F32
            && scale.dtype() == DType.F32
            && (zero == null || isOne(zero));
    Tensor codes =
        fits
            ? QuantizedOperands.signed(weight, weightZero == null ? null : weightZero.constant())
            : null;
    if (codes == null) {
      return m.missed(Reason.OTHER_VALUE, "the operands are of another form");
    }
    return m.replace(
        new QuantizedLinear(Activation.NONE, Grade.W8A8),
        q,
        QuantizedOperands.scalar(m, m.value(SCALE)),
        zero == null ? m.constant(Tensor.scalar(DType.U8, 0)) : QuantizedOperands.scalar(m, zero),
        m.constant(m.value(WEIGHT), codes),
        m.constant(m.value(WEIGHT_SCALE), QuantizedOperands.scales(scale, weight.size(1))));
  }

  private static boolean isOne(Value v) {
    return v.type().isKnown() && v.shape().isStatic() && v.shape().count() == 1;
  }
}
