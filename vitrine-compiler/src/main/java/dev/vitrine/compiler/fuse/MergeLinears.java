package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.node;
import static dev.vitrine.compiler.rewrite.Pattern.oneOf;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Views;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.Reshape;

/** A Linear of a Linear, perhaps reshaped between, becomes one where that is less work. */
final class MergeLinears implements Rule {
  private static final Pattern FIRST = node(Linear.class);
  private static final Pattern RESHAPED = op(Reshape.class, FIRST);
  private static final Pattern W = constant();
  private static final Pattern SECOND = op(Linear.class, oneOf(FIRST, RESHAPED), W);

  @Override
  public Pattern pattern() {
    return SECOND;
  }

  @Override
  public Outcome apply(Match m) {
    Node first = m.node(FIRST);
    Node second = m.root();
    Value reshaped = m.value(RESHAPED);
    Value a = first.input(Linear.WEIGHT);
    Value b = m.value(W);
    boolean merges =
        ((Linear) first.op()).activation() == Activation.NONE
            && first.input(Linear.RESIDUAL) == null
            && second.input(Linear.RESIDUAL) == null
            && a.isConstant()
            && isConstant(first.input(Linear.BIAS))
            && isConstant(second.input(Linear.BIAS))
            && (reshaped == null
                || reshaped.shape().dim(-1).equals(first.output().shape().dim(-1)));
    if (!merges) {
      return Outcome.PASSED;
    }
    if (!m.onlyUsedInside()) {
      return m.missed(Reason.USED_ELSEWHERE);
    }
    long work = a.shape().size(0) * b.shape().size(1);
    if (work > a.constant().count() + b.constant().count()) {
      return m.missed(Reason.NO_GAIN, "the product of the weights is larger than both");
    }
    Tensor bias = bias(first.input(Linear.BIAS), b.constant(), second.input(Linear.BIAS));
    Value weight = m.constant(b, product(a.constant(), b.constant()));
    Value x = first.input(Linear.X);
    Value y =
        bias == null
            ? m.add(second.op(), x, weight)
            : m.add(second.op(), x, weight, m.constant(bias));
    if (reshaped != null) {
      y = Views.reshape(m, y, second.output().shape());
    }
    return y == null ? m.missed(Reason.SHAPE_UNKNOWN) : m.replace(y);
  }

  private static boolean isConstant(Value bias) {
    return bias == null || bias.isConstant();
  }

  private static Tensor bias(Value first, Tensor weight, Value second) {
    if (first == null) {
      return second == null ? null : second.constant();
    }
    Tensor mapped = product(first.constant(), weight);
    return second == null
        ? mapped
        : new Add().evaluate(Inputs.of(mapped, second.constant())).getFirst();
  }

  private static Tensor product(Tensor a, Tensor b) {
    return new MatMul().evaluate(Inputs.of(a, b)).getFirst();
  }
}
