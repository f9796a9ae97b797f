package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.commutative;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.Gate;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Mul;
import java.util.List;

/**
 * A product of two linear maps of one value, one with an activation, becomes one map and a Gate.
 */
final class FuseGatedLinears implements Rule {
  private static final Pattern X = any();
  private static final Pattern ACTIVE =
      op(Linear.class, X, constant()).where(v -> activation(v) != Activation.NONE);
  private static final Pattern PLAIN =
      op(Linear.class, X, constant()).where(v -> activation(v) == Activation.NONE);
  private static final Pattern PRODUCT = commutative(Mul.class, ACTIVE, PLAIN);

  private static Activation activation(Value v) {
    return v.producedBy(Linear.class).activation();
  }

  @Override
  public Pattern pattern() {
    return PRODUCT;
  }

  @Override
  public Outcome apply(Match m) {
    List<Node> halves = List.of(m.node(ACTIVE), m.node(PLAIN));
    if (!halves.stream().allMatch(SideBySide::takes)
        || !m.value(ACTIVE).type().equals(m.value(PLAIN).type())) {
      return Outcome.PASSED;
    }
    return m.onlyUsedInside()
        ? m.replace(new Gate(activation(m.value(ACTIVE))), SideBySide.of(m, m.value(X), halves))
        : m.missed(Reason.USED_ELSEWHERE);
  }
}
