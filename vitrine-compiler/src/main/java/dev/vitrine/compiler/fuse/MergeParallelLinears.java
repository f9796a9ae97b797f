package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.FusedAttention;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.Slice;
import dev.vitrine.graph.op.Swish;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Linear maps of one value whose results go into attention, or into a product of gates, become one
 * map with the weights side by side; its readers take slices of the last axis.
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
    List<Tensor> weights = new ArrayList<>();
    List<Tensor> biases = new ArrayList<>();
    for (Node n : alike) {
      Tensor w = n.input(Linear.WEIGHT).constant();
      Value b = n.input(Linear.BIAS);
      weights.add(w);
      biases.add(b == null ? Weights.filled(w.dtype(), w.size(1), 0) : b.constant());
    }
    Value weight = m.constant(m.root().input(Linear.WEIGHT), Weights.joined(weights, 1));
    boolean biased = alike.stream().anyMatch(n -> n.input(Linear.BIAS) != null);
    Value merged =
        biased
            ? m.add(new Linear(Activation.NONE), x, weight, m.constant(Weights.joined(biases, 0)))
            : m.add(new Linear(Activation.NONE), x, weight);
    Map<Value, Value> all = new LinkedHashMap<>();
    long from = 0;
    for (int i = 0; i < alike.size(); i++) {
      long to = from + weights.get(i).size(1);
      all.put(
          alike.get(i).output(),
          m.add(new Slice(), merged, m.ints(from), m.ints(to), m.ints(x.shape().rank() - 1)));
      from = to;
    }
    return m.replaceAll(all);
  }

  private static boolean isOpen(Node n, Match m) {
    Value y = n.output();
    boolean plain =
        ((Linear) n.op()).activation() == Activation.NONE
            && n.input(Linear.RESIDUAL) == null
            && n.input(Linear.WEIGHT).isConstant()
            && (n.input(Linear.BIAS) == null || n.input(Linear.BIAS).isConstant());
    return plain
        && !m.graph().isOutput(y)
        && !y.users().isEmpty()
        && y.users().stream()
            .allMatch(
                u ->
                    u.op() instanceof FusedAttention
                        || u.op() instanceof Swish
                        || (u.op() instanceof Mul && u.inputs().stream().anyMatch(MergeParallelLinears::isGate)));
  }

  private static boolean isGate(Value v) {
    return v.producedBy(Swish.class) != null;
  }
}
