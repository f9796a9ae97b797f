package dev.vitrine.compiler.simplify;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.And;
import dev.vitrine.graph.op.Cast;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.Expand;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.Not;
import dev.vitrine.graph.op.Or;
import dev.vitrine.graph.op.Sub;
import dev.vitrine.graph.op.Where;
import java.util.ArrayList;
import java.util.List;

/**
 * An operation that broadcasts needs no Expand before it: where the other operands make up the
 * result's shape the Expand goes, else it goes behind.
 */
final class SinkExpand implements Rule {
  private static final Pattern BROADCASTING =
      Pattern.node(
          Add.class,
          Sub.class,
          Mul.class,
          Div.class,
          Where.class,
          And.class,
          Or.class,
          Not.class,
          Cast.class);

  @Override
  public Pattern pattern() {
    return BROADCASTING;
  }

  @Override
  public Outcome apply(Match m) {
    Node n = m.root();
    Value y = n.output();
    List<Value> in = new ArrayList<>(n.inputs());
    Value target = null;
    Shape s = Shape.SCALAR;
    for (int i = 0; i < in.size(); i++) {
      Value v = in.get(i);
      if (v.producedBy(Expand.class) != null) {
        target = v.producer().input(1);
        in.set(i, v.producer().input(0));
      }
      if (!in.get(i).type().isKnown()) {
        return Outcome.PASSED;
      }
      s = Shape.broadcast(s, in.get(i).shape());
    }
    if (target == null || !y.type().isKnown()) {
      return Outcome.PASSED;
    }
    Value small = m.add(n.op(), in.toArray(Value[]::new));
    if (s.equals(y.shape())) {
      return m.replace(small);
    }
    Value expanded = m.add(new Expand(), small, target);
    return expanded.type().equals(y.type()) ? m.replace(expanded) : Outcome.PASSED;
  }
}
