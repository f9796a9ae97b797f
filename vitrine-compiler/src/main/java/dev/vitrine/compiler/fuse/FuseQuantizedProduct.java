package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.node;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.fused.QuantizeRows;
import dev.vitrine.compiler.fused.QuantizedLinear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Gemm;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.Reshape;
import java.util.ArrayList;
import java.util.List;

/**
 * A product of a value with a constant matrix that both come from DequantizeLinear becomes a
 * product of bytes.
 */
final class FuseQuantizedProduct implements Rule {
  private static final Pattern PRODUCT = node(MatMul.class, Gemm.class);

  @Override
  public Pattern pattern() {
    return PRODUCT;
  }

  @Override
  public Outcome apply(Match m) {
    Node n = m.root();
    Gemm gemm = n.op() instanceof Gemm g ? g : null;
    QuantizedOperands.Matrix w =
        QuantizedOperands.matrix(n.input(1), gemm != null && gemm.transB());
    if (w == null) {
      return Outcome.PASSED;
    }
    if (gemm != null && (gemm.transA() || gemm.alpha() != 1 || gemm.beta() != 1)) {
      return m.missed(Reason.OTHER_VALUE, "the product is scaled or transposed");
    }
    Value bias = gemm == null ? null : n.input(2);
    Tensor known = bias == null ? null : FoldWeights.known(bias);
    boolean vector = bias == null || known != null && known.count() == w.scales().count();
    QuantizedOperands.Rows x = vector ? QuantizedOperands.rows(m, n.input(0)) : null;
    if (x == null) {
      return m.missed(Reason.OTHER_VALUE, "the first operand or the bias is of another form");
    }
    List<Value> in = new ArrayList<>(List.of(x.q(), x.scale(), x.zero()));
    in.add(m.constant(w.like(), w.codes()));
    in.add(m.constant(n.input(1), w.scales()));
    if (bias != null) {
      in.add(m.constant(bias, known.reshape(w.scales().shape())));
    }
    QuantizedLinear op = new QuantizedLinear(Activation.NONE, grade(x, w));
    return m.replace(op, in.toArray(Value[]::new));
  }

  /** Seven bits where both operands are known to have no more. */
  private static Grade grade(QuantizedOperands.Rows x, QuantizedOperands.Matrix w) {
    boolean seven =
        x.q().producer() != null
            && made(x.q()).op() instanceof QuantizeRows q
            && q.grade() == Grade.W7A7;
    for (long i = 0; seven && i < w.codes().count(); i++) {
      seven = Math.abs(w.codes().integer(i)) <= Grade.W7A7.weight();
    }
    return seven ? Grade.W7A7 : Grade.W8A8;
  }

  private static Node made(Value q) {
    Node n = q.producer();
    while (n.op() instanceof Reshape && n.input(0).producer() != null) {
      n = n.input(0).producer();
    }
    return n;
  }
}
