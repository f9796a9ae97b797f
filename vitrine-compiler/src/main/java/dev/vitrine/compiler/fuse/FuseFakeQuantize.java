package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.fused.FakeQuantize;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.DequantizeLinear;
import dev.vitrine.graph.op.QuantizeLinear;
import java.util.EnumSet;
import java.util.Set;

/**
 * Quantized and dequantized at once with one scale: what of a quantized model is no product of
 * bytes is computed on floats that are rounded as its codes would be.
 */
final class FuseFakeQuantize implements Rule {
  private static final Set<DType> KINDS = EnumSet.of(DType.U8, DType.I8, DType.U16, DType.I16);
  private static final Pattern X = any();
  private static final Pattern SCALE = constant().where(v -> v.constant().count() == 1);
  private static final Pattern MADE = op(QuantizeLinear.class, X, SCALE);
  private static final Pattern PAIR = op(DequantizeLinear.class, MADE, SCALE);

  @Override
  public Pattern pattern() {
    return PAIR;
  }

  @Override
  public Outcome apply(Match m) {
    Node made = m.value(MADE).producer();
    DType codes = m.value(MADE).dtype();
    boolean floats =
        m.value(X).dtype() == DType.F32
            && m.root().output().dtype() == DType.F32
            && m.value(SCALE).dtype() == DType.F32;
    Integer zero = zero(made.input(2));
    if (!floats
        || !KINDS.contains(codes)
        || zero == null
        || !zero.equals(zero(m.root().input(2)))) {
      return Outcome.PASSED;
    }
    float scale = (float) m.value(SCALE).constant().real(0);
    return m.replace(new FakeQuantize(scale, zero, codes), m.value(X));
  }

  /** Null when it isn't known. */
  private static Integer zero(Value v) {
    return v == null
        ? Integer.valueOf(0)
        : v.isConstant() ? Integer.valueOf((int) v.constant().integer(0)) : null;
  }
}
