package dev.vitrine.compiler.simplify;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rearrangement;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Views;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Flatten;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Squeeze;
import dev.vitrine.graph.op.Transpose;
import dev.vitrine.graph.op.Unsqueeze;
import java.util.ArrayList;
import java.util.List;

/**
 * A chain of Reshape, Transpose, Squeeze, Unsqueeze and Flatten becomes the least that has the same
 * effect: at most Reshape, Transpose, Reshape.
 */
final class MergeViews implements Rule {
  private static final Pattern VIEW =
      Pattern.node(Reshape.class, Transpose.class, Squeeze.class, Unsqueeze.class, Flatten.class);

  @Override
  public Pattern pattern() {
    return VIEW;
  }

  @Override
  public Outcome apply(Match m) {
    List<Node> chain = new ArrayList<>(List.of(m.root()));
    while (Rearrangement.isView(chain.getFirst().input(0).producer())) {
      chain.addFirst(chain.getFirst().input(0).producer());
    }
    for (; !chain.isEmpty(); chain.removeFirst()) {
      Value source = chain.getFirst().input(0);
      Rearrangement r = Rearrangement.of(source, chain, m.root().output());
      Views least = r == null ? null : Views.of(r);
      if (least != null && isBetter(m, chain, least)) {
        Value v = least.write(m, source);
        if (v != null) {
          return m.replace(v);
        }
      }
    }
    return Outcome.PASSED;
  }

  /** Fewer nodes, or as many and fewer that move data. A node that is read elsewhere stays. */
  private static boolean isBetter(Match m, List<Node> chain, Views least) {
    int nodes = 0;
    int moves = 0;
    boolean goes = true;
    for (Node n : chain.reversed()) {
      goes &= n == m.root() || m.graph().usedOnce(n.output());
      if (goes) {
        nodes++;
        moves += n.op() instanceof Transpose ? 1 : 0;
      }
    }
    int movesAfter = least.transposes() ? 1 : 0;
    return least.count() < nodes
        || (least.count() == nodes && movesAfter < moves)
        || (least.count() == 1 && chain.size() > 1 && least.transposes() == (m.root().op() instanceof Transpose));
  }
}
