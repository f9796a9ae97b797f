package dev.vitrine.compiler.quantize;

import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.fused.QuantizedLinear;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.LayerNormalization;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A Linear of the fused graph that may be quantized.
 *
 * @param why it can't be, or is not unless asked for; null if it can
 * @param head whether {@code why} gives way to a configuration that names the layer
 */
record Product(Node node, String why, boolean head) {
  /** Below this a row's quantization costs as much as its products save. */
  private static final long SHALLOW = 16;

  /** All Linears, in the order in which they run. */
  static List<Product> all(Graph fused) {
    List<Product> out = new ArrayList<>();
    for (Node n : fused.nodes()) {
      if (n.op() instanceof Linear) {
        String why = unsuited(n);
        boolean head = why == null && isHead(fused, n);
        out.add(new Product(n, head ? "a head" : why, head));
      }
    }
    return out;
  }

  Value x() {
    return node.input(Linear.X);
  }

  /** [K, N]. */
  Tensor weight() {
    return node.input(Linear.WEIGHT).constant();
  }

  /** [N], or null. */
  Tensor bias() {
    Value bias = node.input(Linear.BIAS);
    return bias == null ? null : bias.constant();
  }

  String name() {
    return node.output().name();
  }

  int depth() {
    return Math.toIntExact(weight().size(0));
  }

  int columns() {
    return Math.toIntExact(weight().size(1));
  }

  private static String unsuited(Node n) {
    Value weight = n.input(Linear.WEIGHT);
    Value bias = n.input(Linear.BIAS);
    if (!weight.isConstant() || (bias != null && !bias.isConstant())) {
      return "its weights are computed";
    } else if (weight.dtype() != DType.F32) {
      return "it is of type " + weight.dtype().text();
    } else if (!n.input(Linear.X).type().isStatic()) {
      return "its size is known only while running";
    } else if (weight.shape().size(0) < SHALLOW) {
      return "its sums are short";
    } else if (weight.shape().size(0) > QuantizedLinear.DEEPEST) {
      return "its sums are too long for 32 bits";
    }
    return null;
  }

  /** Whether no normalisation, product or attention follows: the step that gives logits. */
  private static boolean isHead(Graph graph, Node n) {
    if (n.input(Linear.RESIDUAL) != null) {
      return false;
    }
    Deque<Value> ahead = new ArrayDeque<>(n.outputs());
    Set<Value> seen = new HashSet<>(ahead);
    while (!ahead.isEmpty()) {
      for (Node user : ahead.poll().users()) {
        boolean more =
            user.op() instanceof LayerNormalization
                || user.op().getClass().getPackage().equals(Linear.class.getPackage());
        if (more) {
          return false;
        }
        user.outputs().stream().filter(seen::add).forEach(ahead::add);
      }
    }
    return true;
  }
}
