package dev.vitrine.compiler.simplify;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.Erf;
import dev.vitrine.graph.op.Gelu;
import dev.vitrine.graph.op.LayerNormalization;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.ReduceMean;
import dev.vitrine.graph.op.Sqrt;
import dev.vitrine.graph.op.Sub;
import java.util.stream.LongStream;

/**
 * Writes Gelu and LayerNormalization in the operations of an opset that has neither, the way that
 * exporters do: x · ½ · (1 + erf(x / √2)), and (x − mean) / √(variance + ε) · scale + bias.
 */
public final class SpellOut {
  private static final int GELU_SINCE = 20;
  private static final int LAYER_NORMALIZATION_SINCE = 17;

  private SpellOut() {}

  /** Changes the graph in place; what the opset has, or can't be spelled out, stays. */
  public static void forOpset(Graph graph, int opset) {
    for (Node n : graph.nodes()) {
      graph.placeAt(n);
      if (n.op() instanceof Gelu(var approximate)
          && approximate.toString().equalsIgnoreCase("none")
          && opset < GELU_SINCE) {
        replace(graph, n, gelu(graph, n.input(0)));
      } else if (n.op() instanceof LayerNormalization op
          && n.outputs().size() == 1
          && opset < LAYER_NORMALIZATION_SINCE) {
        replace(graph, n, layerNormalization(graph, op, n));
      }
    }
    graph.placeAt(null);
  }

  private static Value gelu(Graph g, Value x) {
    DType type = x.dtype();
    Value erf = g.add(new Erf(), g.add(new Div(), x, scalar(g, type, Math.sqrt(2))));
    Value twice = g.add(new Mul(), x, g.add(new Add(), erf, scalar(g, type, 1)));
    return g.add(new Mul(), twice, scalar(g, type, 0.5));
  }

  private static Value layerNormalization(Graph g, LayerNormalization op, Node n) {
    Value x = n.input(0);
    int rank = x.shape().rank();
    long[] axes = LongStream.range(x.shape().axis(op.axis()), rank).toArray();
    Value over = g.constant("axes", Tensor.ints(axes));
    ReduceMean mean = new ReduceMean(true, false);
    Value centred = g.add(new Sub(), x, g.add(mean, x, over));
    Value variance = g.add(mean, g.add(new Mul(), centred, centred), over);
    Value shifted = g.add(new Add(), variance, scalar(g, x.dtype(), op.epsilon()));
    Value y = g.add(new Div(), centred, g.add(new Sqrt(), shifted));
    y = g.add(new Mul(), y, n.input(1));
    return n.input(2) == null ? y : g.add(new Add(), y, n.input(2));
  }

  private static Value scalar(Graph g, DType type, double value) {
    return g.constant("c", Tensor.scalar(type, value));
  }

  private static void replace(Graph g, Node old, Value now) {
    g.replace(old.output(), now);
    g.remove(old);
  }
}
