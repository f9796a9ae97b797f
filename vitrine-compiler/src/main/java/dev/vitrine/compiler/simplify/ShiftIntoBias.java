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
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Conv;
import dev.vitrine.graph.op.Gemm;
import dev.vitrine.graph.op.LayerNormalization;
import dev.vitrine.graph.op.Sub;
import java.util.ArrayList;
import java.util.List;

/**
 * A constant added to (or taken from) a sum with a constant, or the result of a Conv, Gemm or
 * LayerNormalization, goes into the constant that is added there.
 */
final class ShiftIntoBias implements Rule {
  private static final Pattern X = any().where(v -> v.producer() != null);
  private static final Pattern C = constant();
  private static final Pattern MINUS = op(Sub.class, X, C);
  private static final Pattern SHIFTED = oneOf(commutative(Add.class, X, C), MINUS);

  @Override
  public Pattern pattern() {
    return SHIFTED;
  }

  @Override
  public Outcome apply(Match m) {
    Value x = m.value(X);
    Node n = x.producer();
    Tensor shift = m.value(C).constant();
    if (!shift.dtype().isFloat() || !x.type().isKnown() || n.outputs().size() > 1) {
      return Outcome.PASSED;
    }
    if (m.value(MINUS) != null) {
      shift = Weights.scaled(shift, 0, Tensor.scalar(shift.dtype(), -1));
    }
    int axis = shift.count() == 1 ? -1 : Weights.axis(shift.shape(), x.shape());
    int bias =
        switch (n.op()) {
          case Add _ -> n.input(1).isConstant() ? 1 : n.input(0).isConstant() ? 0 : -1;
          case Conv _ -> axis == 1 || axis == -1 ? 2 : -1;
          case Gemm g ->
              (axis == 1 || axis == -1) && (g.beta() == 1 || n.input(2) == null) ? 2 : -1;
          case LayerNormalization _ ->
              n.input(1).shape().rank() == 1 && (axis == x.shape().rank() - 1 || axis == -1)
                  ? 2
                  : -1;
          default -> -1;
        };
    if (bias < 0 || (n.input(bias) != null && !n.input(bias).isConstant())) {
      return Outcome.PASSED;
    }
    if (!m.graph().usedOnce(x)) {
      return m.missed(Reason.USED_ELSEWHERE);
    }
    Tensor sum =
        n.op() instanceof Add ? sum(n.input(bias).constant(), shift) : vector(n, bias, x, shift);
    if (sum == null) {
      return m.missed(Reason.TOO_LARGE);
    }
    List<Value> in = new ArrayList<>(n.inputs());
    while (in.size() <= bias) {
      in.add(null);
    }
    in.set(bias, m.constant(in.get(bias) == null ? m.value(C) : in.get(bias), sum));
    return m.replace(n.op(), in.toArray(Value[]::new));
  }

  /** Null when it takes more room than both operands. */
  private static Tensor sum(Tensor a, Tensor b) {
    Shape s = Shape.broadcast(a.shape(), b.shape());
    return s.count() > a.count() + b.count() + 8
        ? null
        : new Add().evaluate(Inputs.of(a, b)).getFirst();
  }

  /** The bias of an operation that has one number for each channel, with the shift added. */
  private static Tensor vector(Node n, int bias, Value x, Tensor shift) {
    int axis = n.op() instanceof Conv ? 1 : x.shape().rank() - 1;
    if (!x.shape().dim(axis).isStatic()) {
      return null;
    }
    Tensor sum = Tensor.zeros(shift.dtype(), Shape.of(x.shape().size(axis)));
    Tensor old = n.input(bias) == null ? null : n.input(bias).constant();
    if (old != null && old.count() != 1 && old.count() != sum.count()) {
      return null;
    }
    for (long i = 0; i < sum.count(); i++) {
      double before = old == null ? 0 : old.real(i % old.count());
      sum.set(i, before + shift.real(i % shift.count()));
    }
    return sum;
  }
}
