package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.FusedAttention;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Slice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Linear maps of one value whose results go into attention become one map with the weights side by
 * side; its readers take slices of the last axis.
 */
final class MergeParallelLinears implements Rule {
  private static final Pattern LINEAR = Pattern.node(Linear.class);

  @Override
  public Pattern pattern() {
    return LINEAR;
  }

  @Override
  public Outcome apply(Match m) {
    Value x = m.root().input(Linear.X);
    List<Node> alike = new ArrayList<>();
    for (Node n : x.users()) {
      if (n.op() instanceof Linear && n.input(Linear.X) == x && isOpen(n, m)) {
        alike.add(n);
      }
    }
    if (alike.size() < 2 || !alike.contains(m.root())) {
      return Outcome.PASSED;
    }
    alike.sort(Comparator.comparingInt(MergeParallelLinears::place));
    Value merged = SideBySide.of(m, x, alike);
    Map<Value, Value> all = new LinkedHashMap<>();
    long from = 0;
    for (int i = 0; i < alike.size(); i++) {
      long to = from + alike.get(i).output().shape().size(-1);
      all.put(
          alike.get(i).output(),
          m.add(new Slice(), merged, m.ints(from), m.ints(to), m.ints(x.shape().rank() - 1)));
      from = to;
    }
    return m.replaceAll(all);
  }

  /** Queries before keys before values. */
  private static int place(Node n) {
    return n.output().users().getFirst().inputs().indexOf(n.output());
  }

  private static boolean isOpen(Node n, Match m) {
    Value y = n.output();
    return SideBySide.takes(n)
        && ((Linear) n.op()).activation() == Activation.NONE
        && !m.graph().isOutput(y)
        && !y.users().isEmpty()
        && y.users().stream().allMatch(u -> u.op() instanceof FusedAttention);
  }
}
