package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.fused.ChannelsLastConv;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rearrangement;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Gelu;
import dev.vitrine.graph.op.HardSwish;
import dev.vitrine.graph.op.Relu;
import dev.vitrine.graph.op.Sigmoid;
import dev.vitrine.graph.op.Swish;
import dev.vitrine.graph.op.Tanh;
import java.util.ArrayList;
import java.util.List;

/**
 * A function of single elements goes before a view: to the Linear or convolution that it belongs
 * to, or so that two views meet.
 */
final class SinkViews implements Rule {
  private static final Pattern FUNCTION =
      Pattern.node(Gelu.class, Relu.class, Sigmoid.class, Swish.class, HardSwish.class, Tanh.class);

  @Override
  public Pattern pattern() {
    return FUNCTION;
  }

  @Override
  public Outcome apply(Match m) {
    Node n = m.root();
    Value x = n.input(0);
    Node view = x.producer();
    if (!Rearrangement.isView(view) || !m.graph().usedOnce(x)) {
      return Outcome.PASSED;
    }
    Node maker = view.input(0).producer();
    boolean belongs =
        maker != null && (maker.op() instanceof ChannelsLastConv || maker.op() instanceof Linear);
    boolean between =
        m.graph().usedOnce(n.output()) && Rearrangement.isView(n.output().users().getFirst());
    if (!belongs && !between) {
      return Outcome.PASSED;
    }
    List<Value> in = new ArrayList<>(view.inputs());
    in.set(0, m.add(n.op(), in.getFirst()));
    return m.replace(view.op(), in.toArray(Value[]::new));
  }
}
