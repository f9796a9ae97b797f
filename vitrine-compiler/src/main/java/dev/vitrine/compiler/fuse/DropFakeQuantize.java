package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.node;

import dev.vitrine.compiler.fused.FakeQuantize;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Concat;
import dev.vitrine.graph.op.Gather;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Slice;
import dev.vitrine.graph.op.Split;
import dev.vitrine.graph.op.Squeeze;
import dev.vitrine.graph.op.Transpose;
import dev.vitrine.graph.op.Unsqueeze;

/** Numbers that were rounded to the same codes before and only moved since stay as they are. */
final class DropFakeQuantize implements Rule {
  private static final Pattern ANY = node(FakeQuantize.class);
  private static final int FARTHEST = 8;

  @Override
  public Pattern pattern() {
    return ANY;
  }

  @Override
  public Outcome apply(Match m) {
    Value x = m.root().input(0);
    return isRounded(x, m.op(FakeQuantize.class), FARTHEST) ? m.replace(x) : Outcome.PASSED;
  }

  private static boolean isRounded(Value v, FakeQuantize how, int far) {
    if (v.isConstant()) {
      return isRounded(v.constant(), how);
    }
    Node n = v.producer();
    if (n == null || far == 0) {
      return false;
    }
    return switch (n.op()) {
      case FakeQuantize f -> f.equals(how);
      case Reshape _, Transpose _, Slice _, Split _, Squeeze _, Unsqueeze _, Gather _ ->
          isRounded(n.input(0), how, far - 1);
      case Concat _ -> n.inputs().stream().allMatch(in -> isRounded(in, how, far - 1));
      default -> false;
    };
  }

  private static boolean isRounded(Tensor t, FakeQuantize how) {
    for (long i = 0; i < t.count(); i++) {
      if (how.apply((float) t.real(i)) != t.real(i)) {
        return false;
      }
    }
    return true;
  }
}
