package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.commutative;
import static dev.vitrine.compiler.rewrite.Pattern.node;
import static dev.vitrine.compiler.rewrite.Pattern.oneOf;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.Gate;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rearrangement;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Gelu;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.Sigmoid;
import dev.vitrine.graph.op.Slice;
import dev.vitrine.graph.op.Split;
import dev.vitrine.graph.op.Swish;
import java.util.List;

/** An activation of the first half of a value's last axis times the second half becomes Gate. */
final class FuseGate implements Rule {
  private static final Pattern FIRST = node(Split.class, Slice.class);
  private static final Pattern SECOND = node(Split.class, Slice.class);
  private static final Pattern ACT =
      oneOf(op(Swish.class, FIRST), op(Gelu.class, FIRST), op(Sigmoid.class, FIRST));
  private static final Pattern GATE = commutative(Mul.class, ACT, SECOND);

  @Override
  public Pattern pattern() {
    return GATE;
  }

  @Override
  public Outcome apply(Match m) {
    Value first = m.value(FIRST);
    Value second = m.value(SECOND);
    Value x = first.producer().input(0);
    if (x != second.producer().input(0)) {
      return Outcome.PASSED;
    }
    if (half(x, first) != 0 || half(x, second) != 1) {
      return m.missed(Reason.OTHER_AXES, "the parts are not the halves of the last axis in order");
    }
    Activation activation =
        switch (m.node(ACT).op()) {
          case Swish s when s.alpha() == 1 -> Activation.SILU;
          case Swish s when s.alpha() == 1.702f -> Activation.QUICK_GELU;
          case Gelu g when g.approximate() == Gelu.Approximation.NONE -> Activation.GELU;
          case Gelu _ -> Activation.GELU_TANH;
          case Sigmoid _ -> Activation.SIGMOID;
          default -> null;
        };
    return activation == null ? Outcome.PASSED : m.replace(new Gate(activation), x);
  }

  /** Which half of the last axis a part is; −1 for anything else. */
  private static long half(Value x, Value part) {
    Rearrangement r = Rearrangement.of(x, List.of(part));
    if (r == null || r.source().getLast().isEmpty()) {
      return -1;
    }
    var outer = r.source().getLast().getFirst();
    return outer.size().is(2) && r.fixed(outer) != null ? r.fixed(outer) : -1;
  }
}
