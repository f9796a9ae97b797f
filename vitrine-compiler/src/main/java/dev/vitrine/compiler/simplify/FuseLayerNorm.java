package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.oneOf;
import static dev.vitrine.compiler.rewrite.Pattern.op;
import static dev.vitrine.compiler.rewrite.Pattern.product;
import static dev.vitrine.compiler.rewrite.Pattern.scalar;
import static dev.vitrine.compiler.rewrite.Pattern.sum;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.LayerNormalization;
import dev.vitrine.graph.op.Pow;
import dev.vitrine.graph.op.Reciprocal;
import dev.vitrine.graph.op.ReduceMean;
import dev.vitrine.graph.op.Sqrt;
import dev.vitrine.graph.op.Sub;
import java.util.Arrays;

/**
 * (x − mean) / √(mean((x − mean)²) + ε) over the last axes becomes LayerNormalization with a scale
 * of ones; the scale and shift that follow go into it by the rules for weights.
 */
final class FuseLayerNorm implements Rule {
  private static final Pattern X = any();
  private static final Pattern MEAN = op(ReduceMean.class, X);
  private static final Pattern D = op(Sub.class, X, MEAN);
  private static final Pattern SQUARE = oneOf(op(Pow.class, D, scalar(2)), product(D, D));
  private static final Pattern VARIANCE = op(ReduceMean.class, SQUARE);
  private static final Pattern EPSILON = constant().where(v -> v.constant().count() == 1);
  private static final Pattern SUM = sum(VARIANCE, EPSILON);
  private static final Pattern ROOT = op(Sqrt.class, SUM);
  private static final Pattern NORMAL =
      oneOf(
          op(Div.class, D, ROOT),
          product(
              D,
              oneOf(
                  op(Reciprocal.class, ROOT),
                  op(Div.class, scalar(1), ROOT),
                  op(Pow.class, SUM, scalar(-0.5)))));

  @Override
  public Pattern pattern() {
    return NORMAL;
  }

  @Override
  public Outcome apply(Match m) {
    Value x = m.value(X);
    if (!m.onlyUsedInside()) {
      return m.missed(Reason.USED_ELSEWHERE);
    }
    if (!x.type().isKnown()) {
      return m.missed(Reason.SHAPE_UNKNOWN);
    }
    int axis = firstAxis(m.node(MEAN), x.shape());
    if (axis < 0 || axis != firstAxis(m.node(VARIANCE), x.shape())) {
      return m.missed(Reason.OTHER_AXES, "the means are not over the same last axes");
    }
    Shape normal = new Shape(x.shape().dims().subList(axis, x.shape().rank()));
    if (!normal.isStatic()) {
      return m.missed(Reason.SHAPE_UNKNOWN, "of the axes to normalise over");
    }
    Tensor ones = Weights.filled(x.dtype(), normal.count(), 1).reshape(normal);
    float epsilon = (float) m.value(EPSILON).constant().real(0);
    var op = new LayerNormalization(axis - x.shape().rank(), epsilon, DType.F32);
    return m.replace(op, x, m.constant(ones));
  }

  /** The axis from which on the mean is taken to the last; −1 when those are not the axes. */
  private static int firstAxis(Node mean, Shape x) {
    Value axes = mean.input(1);
    if (!((ReduceMean) mean.op()).keepdims() || axes == null || !axes.isConstant()) {
      return -1;
    }
    int[] sorted = Arrays.stream(axes.constant().toLongs()).mapToInt(x::axis).sorted().toArray();
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] != x.rank() - sorted.length + i) {
        return -1;
      }
    }
    return sorted.length == 0 ? -1 : sorted[0];
  }
}
