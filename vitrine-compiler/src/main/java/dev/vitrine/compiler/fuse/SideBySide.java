package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.List;

/** Several Linear nodes that read one value as one, with their weights side by side. */
final class SideBySide {
  private SideBySide() {}

  /** Whether a node has constant weights and nothing is added to what it computes. */
  static boolean takes(Node n) {
    Value bias = n.input(Linear.BIAS);
    return n.op() instanceof Linear
        && n.input(Linear.WEIGHT).isConstant()
        && (bias == null || bias.isConstant())
        && n.input(Linear.RESIDUAL) == null;
  }

  /** Adds the one Linear, without an activation. */
  static Value of(Match m, Value x, List<Node> linears) {
    List<Tensor> weights = new ArrayList<>();
    List<Tensor> biases = new ArrayList<>();
    boolean biased = false;
    for (Node n : linears) {
      Tensor w = n.input(Linear.WEIGHT).constant();
      Value b = n.input(Linear.BIAS);
      biased |= b != null;
      weights.add(w);
      biases.add(b == null ? Weights.filled(w.dtype(), w.size(1), 0) : b.constant());
    }
    Value weight = m.constant(linears.getFirst().input(Linear.WEIGHT), Weights.joined(weights, 1));
    Linear op = new Linear(Activation.NONE);
    return biased
        ? m.add(op, x, weight, m.constant(Weights.joined(biases, 0)))
        : m.add(op, x, weight);
  }
}
