package dev.vitrine.compiler.simplify;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Value;
import java.util.Comparator;
import java.util.List;

/** Of two nodes that do the same to the same values, one goes. */
final class CommonSubexpressions implements Rule {
  private static final Pattern ANY = Pattern.node();

  @Override
  public Pattern pattern() {
    return ANY;
  }

  @Override
  public Outcome apply(Match m) {
    Node n = m.root();
    Value rarest =
        n.inputs().stream()
            .filter(v -> v != null)
            .min(Comparator.comparing(Value::isConstant).thenComparing(v -> v.users().size()))
            .orElse(null);
    if (rarest == null || !n.op().isDeterministic()) {
      return Outcome.PASSED;
    }
    for (Node other : rarest.users()) {
      if (other != n && isSame(n, other)) {
        return m.replace(other.outputs().toArray(Value[]::new));
      }
    }
    return Outcome.PASSED;
  }

  private static boolean isSame(Node a, Node b) {
    if (!a.op().equals(b.op())
        || a.inputs().size() != b.inputs().size()
        || a.outputs().size() != b.outputs().size()) {
      return false;
    }
    List<Value> in = a.inputs();
    for (int i = 0; i < in.size(); i++) {
      if (!isSame(in.get(i), b.input(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSame(Value a, Value b) {
    return a == b
        || (a != null
            && b != null
            && a.isConstant()
            && b.isConstant()
            && a.constant().sameAs(b.constant()));
  }
}
