package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.DequantizeLinear;
import dev.vitrine.graph.op.Gather;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Slice;
import dev.vitrine.graph.op.Squeeze;
import dev.vitrine.graph.op.Transpose;
import dev.vitrine.graph.op.Unsqueeze;

/** Codes that are moved and then become numbers become numbers first, where they were made. */
final class LiftDequantize implements Rule {
  private static final Pattern ANY = Pattern.node(DequantizeLinear.class);

  @Override
  public Pattern pattern() {
    return ANY;
  }

  @Override
  public Outcome apply(Match m) {
    Node n = m.root();
    Node move = n.input(0).producer();
    boolean one = n.input(1).type().isKnown() && n.input(1).shape().rank() == 0;
    boolean moves =
        move != null
            && switch (move.op()) {
              case Reshape _, Transpose _, Slice _, Squeeze _, Unsqueeze _, Gather _ -> true;
              default -> false;
            };
    if (!one || !moves || move.input(0).isConstant()) {
      return Outcome.PASSED;
    }
    Value[] in = move.inputs().toArray(Value[]::new);
    in[0] = m.add(n.op(), in[0], n.input(1), n.input(2));
    return m.replace(move.op(), in);
  }
}
