package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.node;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.BatchNormalization;
import dev.vitrine.graph.op.Conv;
import dev.vitrine.graph.op.ConvTranspose;

/** Batch normalisation by constants after a convolution goes into its weights and bias. */
final class BatchNormIntoConv implements Rule {
  private static final Pattern CONV = node(Conv.class, ConvTranspose.class);
  private static final Pattern SCALE = constant();
  private static final Pattern SHIFT = constant();
  private static final Pattern MEAN = constant();
  private static final Pattern VARIANCE = constant();
  private static final Pattern NORM =
      op(BatchNormalization.class, CONV, SCALE, SHIFT, MEAN, VARIANCE);

  @Override
  public Pattern pattern() {
    return NORM;
  }

  @Override
  public Outcome apply(Match m) {
    Node conv = m.node(CONV);
    if (m.op(BatchNormalization.class).trainingMode()) {
      return Outcome.PASSED;
    }
    Value weight = conv.input(1);
    Value bias = conv.input(2);
    if (!weight.isConstant() || (bias != null && !bias.isConstant())) {
      return m.missed(Reason.NOT_CONSTANT, "the convolution's weights");
    }
    if (!m.onlyUsedInside()) {
      return m.missed(Reason.USED_ELSEWHERE);
    }
    boolean transposed = conv.op() instanceof ConvTranspose;
    if (conv.op() instanceof ConvTranspose t && t.group() != 1) {
      return m.missed(Reason.OTHER_AXES, "a transposed convolution in groups");
    }
    Tensor shift = m.value(SHIFT).constant();
    Tensor scale = Tensor.zeros(shift.type());
    Tensor newBias = Tensor.zeros(shift.type());
    for (long c = 0; c < scale.count(); c++) {
      double deviation =
          Math.sqrt(
              m.value(VARIANCE).constant().real(c) + m.op(BatchNormalization.class).epsilon());
      double by = m.value(SCALE).constant().real(c) / deviation;
      double before = bias == null ? 0 : bias.constant().real(c);
      scale.set(c, by);
      newBias.set(c, (before - m.value(MEAN).constant().real(c)) * by + shift.real(c));
    }
    return m.replace(
        conv.op(),
        conv.input(0),
        m.constant(weight, Weights.scaled(weight.constant(), transposed ? 1 : 0, scale)),
        m.constant(bias == null ? m.value(SHIFT) : bias, newBias));
  }
}
