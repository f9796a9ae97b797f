package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Clip;
import dev.vitrine.graph.op.DequantizeLinear;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.QuantizeLinear;
import dev.vitrine.graph.op.Round;

/**
 * Quantized and dequantized at once with one scale: what of a quantized model is no product of
 * bytes is computed on floats that are rounded as bytes would be.
 */
final class FakeQuantize implements Rule {
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
    boolean floats = m.value(X).dtype() == DType.F32 && m.root().output().dtype() == DType.F32;
    boolean bytes = codes == DType.U8 || codes == DType.I8;
    Double zero = zero(made.input(2));
    if (!floats || !bytes || zero == null || !zero.equals(zero(m.root().input(2)))) {
      return Outcome.PASSED;
    }
    Value scale = m.constant(m.value(SCALE).constant().reshape(Shape.SCALAR));
    Value steps = m.add(new Round(), m.add(new Div(), m.value(X), scale));
    Value lo = m.constant(Tensor.scalar(DType.F32, codes.least() - zero));
    Value hi = m.constant(Tensor.scalar(DType.F32, codes.greatest() - zero));
    return m.replace(new Mul(), m.add(new Clip(), steps, lo, hi), scale);
  }

  /** Null when it isn't known. */
  private static Double zero(Value v) {
    return v == null ? Double.valueOf(0) : v.isConstant() ? v.constant().real(0) : null;
  }
}
