package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Cast;
import dev.vitrine.graph.op.Conv;
import dev.vitrine.graph.op.DequantizeLinear;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.QLinearConv;
import dev.vitrine.graph.op.QLinearMatMul;
import dev.vitrine.graph.op.QuantizeLinear;
import dev.vitrine.graph.op.Reshape;
import java.util.Arrays;

/**
 * Products and convolutions from codes to codes as QuantizeLinear of what is computed on
 * DequantizeLinear, the form that the other rules know.
 */
final class SpellQuantized implements Rule {
  private static final Pattern ANY = Pattern.node(QLinearMatMul.class, QLinearConv.class);
  private static final QuantizeLinear QUANTIZE = new QuantizeLinear(1, 0, null, null, true);

  @Override
  public Pattern pattern() {
    return ANY;
  }

  @Override
  public Outcome apply(Match m) {
    Node n = m.root();
    boolean conv = n.op() instanceof QLinearConv;
    int rank = n.input(3).type().isKnown() ? n.input(3).shape().rank() : 0;
    if (rank == 0 || n.input(1).shape().count() != 1) {
      return Outcome.PASSED;
    }
    Value x = m.add(new DequantizeLinear(1, 0, null), n.input(0), n.input(1), n.input(2));
    DequantizeLinear byColumn = new DequantizeLinear(conv ? 0 : rank - 1, 0, null);
    Value w = m.add(byColumn, n.input(3), n.input(4), n.input(5));
    Value y;
    if (conv) {
      y = m.add(conv((QLinearConv) n.op()), x, w);
      y = n.input(8) == null ? y : m.add(new Add(), y, bias(m, n, rank));
    } else {
      y = m.add(new MatMul(), x, w);
    }
    return m.replace(QUANTIZE, y, n.input(6), n.input(7));
  }

  private static Op conv(QLinearConv c) {
    return new Conv(c.autoPad(), c.dilations(), c.group(), c.kernelShape(), c.pads(), c.strides());
  }

  /** Whole numbers in units of the product of both scales, by channel. */
  private static Value bias(Match m, Node n, int rank) {
    Value scale = m.add(new Mul(), n.input(1), n.input(4));
    Value b = m.add(new Mul(), m.add(new Cast(DType.F32), n.input(8)), scale);
    long[] shape = new long[rank - 1];
    Arrays.fill(shape, 1);
    shape[0] = -1;
    return m.add(new Reshape(false), b, m.ints(shape));
  }
}
