package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.node;
import static dev.vitrine.compiler.rewrite.Pattern.oneOf;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Cast;
import dev.vitrine.graph.op.Clip;
import dev.vitrine.graph.op.Conv;
import dev.vitrine.graph.op.ConvInteger;
import dev.vitrine.graph.op.DequantizeLinear;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.DynamicQuantizeLinear;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.MatMulInteger;
import dev.vitrine.graph.op.Neg;
import dev.vitrine.graph.op.Round;
import dev.vitrine.graph.op.Sub;

/**
 * ConvInteger or MatMulInteger of what DynamicQuantizeLinear gives and constants, taken as floats,
 * is a convolution or product of floats that are whole numbers.
 */
final class FuseIntegerSums implements Rule {
  private static final Pattern MADE = node(DynamicQuantizeLinear.class);
  private static final Pattern WEIGHT = constant();
  private static final Pattern SUMS =
      oneOf(op(ConvInteger.class, MADE, WEIGHT), op(MatMulInteger.class, MADE, WEIGHT));
  private static final Pattern FLOATS = op(Cast.class, SUMS);

  @Override
  public Pattern pattern() {
    return FLOATS;
  }

  @Override
  public Outcome apply(Match m) {
    Node sums = m.node(SUMS);
    Node made = m.node(MADE);
    Value zero = sums.input(2);
    Value weightZero = sums.input(3);
    boolean same = sums.input(0) == made.outputs().get(0) && zero == made.outputs().get(2);
    if (!same
        || m.root().output().dtype() != DType.F32
        || (weightZero != null && !weightZero.isConstant())) {
      return Outcome.PASSED;
    }
    DynamicRange range = DynamicRange.of(m, made.input(0));
    Value levels = m.constant(Tensor.scalar((float) DType.U8.greatest()));
    Value centred =
        m.add(
            new Clip(),
            m.add(new Round(), m.add(new Div(), made.input(0), range.scale())),
            m.add(new Neg(), range.zero()),
            m.add(new Sub(), levels, range.zero()));
    long n = weightZero == null ? 1 : weightZero.constant().count();
    Value scale = m.constant(Weights.filled(DType.F32, n, 1));
    boolean conv = sums.op() instanceof ConvInteger;
    int axis = conv ? 0 : m.value(WEIGHT).shape().rank() - 1;
    Value weight = m.add(new DequantizeLinear(axis, 0, null), m.value(WEIGHT), scale, weightZero);
    return m.replace(conv ? conv((ConvInteger) sums.op()) : new MatMul(), centred, weight);
  }

  private static Conv conv(ConvInteger c) {
    return new Conv(c.autoPad(), c.dilations(), c.group(), c.kernelShape(), c.pads(), c.strides());
  }
}
