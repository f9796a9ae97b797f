package dev.vitrine.compiler.simplify;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rearrangement;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Views;
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
    List<Value> chain = new ArrayList<>(List.of(m.root().output()));
    Value source = m.root().input(0);
    for (; Rearrangement.isView(source.producer()); source = source.producer().input(0)) {
      chain.addFirst(source);
    }
    for (; !chain.isEmpty(); source = chain.removeFirst()) {
      Views least = Views.of(source, chain);
      if (least != null && isBetter(m, chain, least)) {
        Value v = least.write(m, source);
        if (v != null) {
          return m.replace(v);
        }
      }
    }
    return Outcome.PASSED;
  }

  /**
   * Fewer nodes; or as many and fewer that move data, or the Reshape before the Transpose. A node
   * that is read elsewhere stays.
   */
  private static boolean isBetter(Match m, List<Value> chain, Views least) {
    int nodes = 0;
    int moves = 0;
    boolean goes = true;
    boolean moveFirst = false;
    for (Value v : chain.reversed()) {
      goes &= v == m.root().output() || m.graph().usedOnce(v);
      if (goes) {
        boolean move = v.producer().op() instanceof Transpose;
        nodes++;
        moves += move ? 1 : 0;
        moveFirst = move;
      }
    }
    int movesAfter = least.transposes() ? 1 : 0;
    boolean bypass =
        least.count() == 1
            && chain.size() > 1
            && least.transposes() == (m.root().op() instanceof Transpose);
    return least.count() < nodes
        || (least.count() == nodes && movesAfter < moves)
        || (least.count() == nodes && nodes == chain.size() && moveFirst && least.first() != null)
        || bypass;
  }
}
