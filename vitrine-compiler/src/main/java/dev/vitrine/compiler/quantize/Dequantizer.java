package dev.vitrine.compiler.quantize;

import dev.vitrine.compiler.fused.FusedAttention;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.fused.QuantizeRows;
import dev.vitrine.compiler.fused.QuantizedAttention;
import dev.vitrine.compiler.fused.QuantizedLinear;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.DynamicQuantizeLinear;
import dev.vitrine.graph.op.QuantizeLinear;
import dev.vitrine.graph.op.Reshape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes a quantized model back to floats: its weights as they are, its activations not rounded. */
public final class Dequantizer {
  private Dequantizer() {}

  /** Whether a fused graph has products of bytes. */
  public static boolean isQuantized(Graph fused) {
    return fused.nodes().stream()
        .anyMatch(n -> n.op() instanceof QuantizedLinear || n.op() instanceof QuantizedAttention);
  }

  /** Changes a fused graph in place; what is quantized outside of it stays so. */
  public static void dequantize(Graph fused) {
    for (Node n : fused.nodes()) {
      fused.placeAt(n);
      switch (n.op()) {
        case QuantizedLinear l -> {
          Value x = before(fused, n.input(QuantizedLinear.Q));
          if (x != null) {
            replace(fused, n, new Linear(l.activation()), inputs(fused, n, x));
          }
        }
        case QuantizedAttention a ->
            replace(fused, n, new FusedAttention(a.heads(), a.scale()), n.inputs());
        default -> {}
      }
    }
    fused.placeAt(null);
    fused.removeDead();
  }

  private static void replace(Graph g, Node old, Op op, List<Value> in) {
    String name = old.output().name();
    Value now = g.node("", op, in, List.of(g.freshName(name))).output();
    g.replace(old.output(), now);
    g.remove(old);
    g.rename(now, name);
  }

  private static List<Value> inputs(Graph g, Node n, Value x) {
    Value[] in = new Value[Linear.RESIDUAL + 1];
    in[Linear.X] = x;
    in[Linear.WEIGHT] =
        g.constant(
            n.input(QuantizedLinear.WEIGHT).name(),
            floats(
                n.input(QuantizedLinear.WEIGHT).constant(),
                n.input(QuantizedLinear.WEIGHT_SCALE).constant()));
    in[Linear.BIAS] = n.input(QuantizedLinear.BIAS);
    in[Linear.RESIDUAL] = n.input(QuantizedLinear.RESIDUAL);
    return new ArrayList<>(Arrays.asList(in));
  }

  private static Tensor floats(Tensor codes, Tensor scales) {
    Tensor out = Tensor.zeros(DType.F32, codes.shape());
    long columns = codes.size(1);
    for (long i = 0; i < codes.count(); i++) {
      out.set(i, codes.integer(i) * scales.real(i % columns));
    }
    return out;
  }

  /** What codes were made from, in their shape; null when that isn't in the graph. */
  private static Value before(Graph g, Value q) {
    Node n = q.producer();
    boolean reshaped = n != null && n.op() instanceof Reshape;
    n = reshaped ? n.input(0).producer() : n;
    if (n == null) {
      return null;
    }
    return switch (n.op()) {
      case QuantizeRows _, QuantizeLinear _, DynamicQuantizeLinear _ ->
          reshaped ? g.add(new Reshape(false), n.input(0), q.producer().input(1)) : n.input(0);
      default -> null;
    };
  }
}
