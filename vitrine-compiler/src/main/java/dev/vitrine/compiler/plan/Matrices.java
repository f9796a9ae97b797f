package dev.vitrine.compiler.plan;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.FusedAttention;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.fused.QuantizedAttention;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Gemm;
import dev.vitrine.graph.op.MatMul;
import java.util.ArrayList;
import java.util.List;

/** Matrix products and attention. */
final class Matrices implements Lowering {
  private final Values values;

  Matrices(Values values) {
    this.values = values;
  }

  @Override
  public boolean lower(Node n) {
    if (!n.inputs().stream().allMatch(v -> v == null || Values.isF32(v))) {
      return false;
    }
    return switch (n.op()) {
      case Linear l -> linear(n, l);
      case MatMul _ -> matMul(n);
      case Gemm g -> gemm(n, g);
      case FusedAttention a -> attention(n, a);
      case QuantizedAttention a -> attention(n, a);
      default -> false;
    };
  }

  private boolean linear(Node n, Linear l) {
    Value bias = n.input(Linear.BIAS);
    if (bias != null && !bias.isConstant()) {
      return false;
    }
    View x = values.view(n.input(Linear.X));
    Value residual = n.input(Linear.RESIDUAL);
    View r = residual == null ? null : values.view(residual);
    View out = values.allocate(n.output());
    if (x.rank() == 1) {
      x = x.insert(0);
      out = out.insert(0);
      r = r == null ? null : r.insert(0);
    }
    product(
        x,
        values.view(n.input(Linear.WEIGHT)),
        bias == null ? null : values.view(bias),
        l.activation(),
        r,
        out);
    return true;
  }

  /** A product whose b may be one matrix for all of a's leading axes, which then become rows. */
  private void product(View a, View b, View bias, Activation activation, View residual, View out) {
    int rank = out.rank();
    if (b.rank() == 2 && rank > 2) {
      View rows = a.merge(0, rank - 1);
      View more = residual == null ? null : residual.merge(0, rank - 1);
      View to = out.merge(0, rank - 1);
      if (rows != null && to != null && (residual == null || more != null)) {
        values.add(new Step.Product(rows, b, bias, activation, more, to));
        return;
      }
    }
    values.add(
        new Step.Product(
            a, b.broadcast(batched(out, b.size(-2), b.size(-1))), bias, activation, residual, out));
  }

  private static List<Long> batched(View out, long rows, long columns) {
    List<Long> sizes = new ArrayList<>(out.sizes().subList(0, out.rank() - 2));
    sizes.add(rows);
    sizes.add(columns);
    return sizes;
  }

  private boolean matMul(Node n) {
    View a = values.view(n.input(0));
    View b = values.view(n.input(1));
    boolean row = a.rank() == 1;
    boolean column = b.rank() == 1;
    View out = values.allocate(n.output());
    a = row ? a.insert(0) : a;
    b = column ? b.insert(1) : b;
    out = column ? out.insert(out.rank()) : out;
    out = row ? out.insert(out.rank() - 1) : out;
    product(a.broadcast(batched(out, a.size(-2), a.size(-1))), b, null, Activation.NONE, null, out);
    return true;
  }

  private boolean gemm(Node n, Gemm g) {
    Value c = n.input(2);
    List<Long> sizes = Values.sizes(n.output());
    boolean vector =
        c != null
            && c.isConstant()
            && c.shape().count() == sizes.get(1)
            && c.shape().size(-1) == sizes.get(1);
    boolean matrix = c != null && !vector && Values.sizes(c).equals(sizes);
    if (g.alpha() != 1 || (c != null && (g.beta() != 1 || !(vector || matrix)))) {
      return false;
    }
    View a = values.view(n.input(0));
    View b = values.view(n.input(1));
    List<Integer> swap = List.of(1, 0);
    product(
        g.transA() ? a.transpose(swap) : a,
        g.transB() ? b.transpose(swap) : b,
        vector ? values.reshape(values.view(c), List.of(sizes.get(1))) : null,
        Activation.NONE,
        matrix ? values.view(c) : null,
        values.allocate(n.output()));
    return true;
  }

  private boolean attention(Node n, FusedAttention a) {
    Value bias = n.input(FusedAttention.BIAS);
    View q = heads(values.view(n.input(FusedAttention.Q)), a.heads());
    View k = heads(values.view(n.input(FusedAttention.K)), a.heads());
    View v = heads(values.view(n.input(FusedAttention.V)), a.heads());
    View b = null;
    if (bias != null) {
      b = values.view(bias);
      b = b.broadcast(List.of(b.size(0), q.size(1), q.size(2), k.size(2)));
    }
    View out = heads(values.allocate(n.output()), a.heads());
    values.add(new Step.Attention(q, k, v, b, a.scale(), out));
    return true;
  }

  private boolean attention(Node n, QuantizedAttention a) {
    View q = heads(values.view(n.input(FusedAttention.Q)), a.heads());
    View k = heads(values.view(n.input(FusedAttention.K)), a.heads());
    View v = heads(values.view(n.input(FusedAttention.V)), a.heads());
    View out = heads(values.allocate(n.output()), a.heads());
    values.add(new Step.QuantizedAttention(q, k, v, a.factor(), out));
    return true;
  }

  /** [B, T, H·D] as [B, H, T, D]. */
  private static View heads(View v, int heads) {
    return v.split(2, heads, v.size(2) / heads).transpose(List.of(0, 2, 1, 3));
  }
}
