package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Slice;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Columns of a Linear's result that nobody reads are not computed. */
final class DropColumns implements Rule {
  private static final Pattern LINEAR = Pattern.node(Linear.class);

  @Override
  public Pattern pattern() {
    return LINEAR;
  }

  @Override
  public Outcome apply(Match m) {
    Node linear = m.root();
    Value y = linear.output();
    Value w = linear.input(Linear.WEIGHT);
    Value b = linear.input(Linear.BIAS);
    boolean suits =
        y.type().isKnown()
            && !m.graph().isOutput(y)
            && w.isConstant()
            && (b == null || b.isConstant())
            && linear.input(Linear.RESIDUAL) == null;
    if (!suits) {
      return Outcome.PASSED;
    }
    BitSet read = new BitSet();
    for (Node user : y.users()) {
      int start = start(y, user);
      if (start < 0) {
        return Outcome.PASSED;
      }
      read.set(start, start + Math.toIntExact(user.output().shape().size(-1)));
    }
    if (read.cardinality() == w.constant().size(1)) {
      return Outcome.PASSED;
    }
    Value weight = m.constant(w, kept(w.constant(), 1, read));
    Value x = linear.input(Linear.X);
    Value less =
        b == null
            ? m.add(linear.op(), x, weight)
            : m.add(linear.op(), x, weight, m.constant(b, kept(b.constant(), 0, read)));
    Map<Value, Value> all = new LinkedHashMap<>();
    for (Node user : y.users()) {
      long from = read.get(0, start(y, user)).cardinality();
      long to = from + user.output().shape().size(-1);
      Value part = m.add(new Slice(), less, m.ints(from), m.ints(to), m.ints(y.shape().rank() - 1));
      all.put(user.output(), part);
    }
    return m.replaceAll(all);
  }

  private static Tensor kept(Tensor t, int axis, BitSet read) {
    List<Tensor> parts = new ArrayList<>();
    for (int from = read.nextSetBit(0); from >= 0; ) {
      int to = read.nextClearBit(from);
      parts.add(Weights.part(t, axis, from, to));
      from = read.nextSetBit(to);
    }
    return Weights.joined(parts, axis);
  }

  /** Where a Slice of columns begins; −1 when a node is none. */
  private static int start(Value y, Node n) {
    Value part = n.output();
    boolean columns =
        n.op() instanceof Slice
            && part.type().isKnown()
            && part.shape().dim(-1).isStatic()
            && part.shape().with(-1, y.shape().dim(-1)).equals(y.shape())
            && n.inputs().stream().skip(1).allMatch(v -> v == null || v.isConstant())
            && n.input(1).constant().count() == 1
            && n.input(4) == null;
    if (!columns) {
      return -1;
    }
    long start = n.input(1).constant().integer(0);
    return Math.toIntExact(start < 0 ? start + y.shape().size(-1) : start);
  }
}
