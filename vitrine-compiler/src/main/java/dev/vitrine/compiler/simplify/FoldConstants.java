package dev.vitrine.compiler.simplify;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.DequantizeLinear;
import java.util.ArrayList;
import java.util.List;

/**
 * What depends on constants alone is computed once, and so is shape arithmetic whose result is the
 * same for every size of the inputs.
 */
final class FoldConstants implements Rule {
  private static final Pattern ANY = Pattern.node();

  private final long limit;

  /** Results of more bytes are left to be computed, unless they are no larger than the operands. */
  FoldConstants(long limit) {
    this.limit = limit;
  }

  @Override
  public Pattern pattern() {
    return ANY;
  }

  @Override
  public Outcome apply(Match m) {
    Node n = m.root();
    List<Tensor> values = fromSymbols(m);
    if (values == null) {
      if (!n.op().isDeterministic()
          || isQuantizedWeight(n)
          || n.inputs().stream().anyMatch(v -> v != null && !v.isConstant())) {
        return Outcome.PASSED;
      }
      long operands = n.inputs().stream().mapToLong(v -> v == null ? 0 : v.type().bytes()).sum();
      if (bytes(n) > Math.max(limit, operands)) {
        return m.missed(Reason.TOO_LARGE, bytes(n) + " bytes from " + operands);
      }
      List<Tensor> in = new ArrayList<>();
      n.inputs().forEach(v -> in.add(v == null ? null : v.constant()));
      try {
        values = Evaluator.evaluate(n, in);
      } catch (GraphException e) {
        return m.missed(Reason.OTHER_VALUE, e.getMessage());
      }
    }
    Value[] constants = new Value[n.outputs().size()];
    for (int i = 0; i < constants.length; i++) {
      constants[i] = m.constant(n.outputs().get(i), values.get(i));
    }
    return m.replace(constants);
  }

  /** Weights that a model has as bytes stay so. */
  private static boolean isQuantizedWeight(Node n) {
    return n.op() instanceof DequantizeLinear
        && n.input(0).dtype().bits() == Byte.SIZE
        && n.input(0).shape().rank() > 1;
  }

  /** Of an unknown size, such as NonZero's, nothing can be said before it is computed. */
  private static long bytes(Node n) {
    return n.outputs().stream().mapToLong(v -> v.type().isStatic() ? v.type().bytes() : 0).sum();
  }

  private static List<Tensor> fromSymbols(Match m) {
    List<Tensor> out = new ArrayList<>();
    for (Value v : m.root().outputs()) {
      List<Dim> dims = m.graph().symbols(v);
      if (dims == null || !v.type().isStatic() || !dims.stream().allMatch(Dim::isStatic)) {
        return null;
      }
      Tensor t = Tensor.zeros(v.type());
      for (int i = 0; i < dims.size(); i++) {
        t.set(i, dims.get(i).size());
      }
      out.add(t);
    }
    return out;
  }
}
