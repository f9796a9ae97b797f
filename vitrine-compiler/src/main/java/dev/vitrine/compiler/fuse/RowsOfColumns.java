package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.node;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Slice;
import java.util.ArrayList;
import java.util.List;

/**
 * Few rows of a part of a Linear's columns, such as the queries of one token beside the keys and
 * values of all, become a Linear of their own.
 */
final class RowsOfColumns implements Rule {
  private static final Pattern LINEAR = node(Linear.class);
  private static final Pattern PART = op(Slice.class, LINEAR);

  @Override
  public Pattern pattern() {
    return PART;
  }

  @Override
  public Outcome apply(Match m) {
    Node linear = m.node(LINEAR);
    Value x = linear.input(Linear.X);
    Value y = m.root().output();
    boolean suits =
        m.value(LINEAR).type().isStatic()
            && y.type().isStatic()
            && x.type().isStatic()
            && linear.input(Linear.RESIDUAL) == null
            && linear.input(Linear.WEIGHT).isConstant()
            && (linear.input(Linear.BIAS) == null || linear.input(Linear.BIAS).isConstant())
            && m.root().inputs().stream().skip(1).allMatch(v -> v == null || v.isConstant())
            && m.root().input(3) != null
            && m.root().input(4) == null;
    if (!suits) {
      return Outcome.PASSED;
    }
    Shape whole = m.value(LINEAR).shape();
    int last = whole.rank() - 1;
    long rows = y.shape().count(0, last);
    if (y.shape().size(last) == whole.size(last) || 2 * rows > whole.count(0, last)) {
      return Outcome.PASSED;
    }
    List<Long> starts = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    List<Long> axes = new ArrayList<>();
    long from = 0;
    for (int i = 0; i < m.root().input(3).constant().count(); i++) {
      int axis = whole.axis(m.root().input(3).constant().integer(i));
      long start = m.root().input(1).constant().integer(i);
      start = Math.clamp(start < 0 ? start + whole.size(axis) : start, 0, whole.size(axis));
      if (axis == last) {
        from = start;
      } else {
        starts.add(start);
        ends.add(start + y.shape().size(axis));
        axes.add((long) axis);
      }
    }
    long to = from + y.shape().size(last);
    Value part = m.add(new Slice(), x, ints(m, starts), ints(m, ends), ints(m, axes));
    Value w = linear.input(Linear.WEIGHT);
    Value b = linear.input(Linear.BIAS);
    Value weight = m.constant(w, Weights.part(w.constant(), 1, from, to));
    return b == null
        ? m.replace(linear.op(), part, weight)
        : m.replace(
            linear.op(), part, weight, m.constant(b, Weights.part(b.constant(), 0, from, to)));
  }

  private static Value ints(Match m, List<Long> list) {
    return m.ints(list.stream().mapToLong(Long::longValue).toArray());
  }
}
