package dev.vitrine.compiler.simplify;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Concat;
import dev.vitrine.graph.op.Slice;
import dev.vitrine.graph.op.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A Concat of a Concat along the same axis is one; neighbouring parts of a value that are put
 * together again are one part, or the value.
 */
final class MergeConcats implements Rule {
  private static final Pattern CONCAT = Pattern.node(Concat.class);

  @Override
  public Pattern pattern() {
    return CONCAT;
  }

  @Override
  public Outcome apply(Match m) {
    Value y = m.root().output();
    if (!y.type().isKnown()) {
      return Outcome.PASSED;
    }
    int axis = y.shape().axis(m.op(Concat.class).axis());
    List<Value> parts = new ArrayList<>();
    for (Value v : m.root().inputs()) {
      Concat inner = v.producedBy(Concat.class);
      boolean same = inner != null && m.graph().usedOnce(v) && y.shape().axis(inner.axis()) == axis;
      parts.addAll(same ? v.producer().inputs() : List.of(v));
    }
    for (int i = 0; i + 1 < parts.size(); ) {
      Value joined = joined(m, parts.get(i), parts.get(i + 1), axis);
      if (joined == null) {
        i++;
      } else {
        parts.set(i, joined);
        parts.remove(i + 1);
      }
    }
    if (parts.size() == 1) {
      return m.replace(parts.getFirst());
    }
    Value[] in = parts.toArray(Value[]::new);
    return parts.equals(m.root().inputs()) ? Outcome.PASSED : m.replace(new Concat(axis), in);
  }

  /** Two parts of one value as one; null when they aren't neighbours, in order. */
  private static Value joined(Match m, Value a, Value b, int axis) {
    long[] first = range(a, axis);
    long[] second = range(b, axis);
    if (first == null || second == null || first[1] != second[0]) {
      return null;
    }
    Value x = a.producer().input(0);
    if (x != b.producer().input(0)) {
      return null;
    }
    return first[0] == 0 && x.shape().dim(axis).is(second[1])
        ? x
        : m.add(new Slice(), x, m.ints(first[0]), m.ints(second[1]), m.ints(axis));
  }

  /** From where to where a value is a part of its producer's input along that axis; or null. */
  private static long[] range(Value v, int axis) {
    Node n = v.producer();
    if (n == null || !v.type().isKnown() || !v.shape().dim(axis).isStatic()) {
      return null;
    }
    long size = v.shape().size(axis);
    if (n.op() instanceof Split s && v.shape().axis(s.axis()) == axis) {
      long start = 0;
      for (Value part : n.outputs()) {
        if (part == v) {
          return new long[] {start, start + size};
        }
        if (!part.type().isKnown() || !part.shape().dim(axis).isStatic()) {
          return null;
        }
        start += part.shape().size(axis);
      }
    } else if (n.op() instanceof Slice) {
      TreeMap<Integer, Strided> cut = Strided.of(n);
      boolean plain =
          cut != null && cut.size() == 1 && cut.containsKey(axis) && cut.get(axis).step() == 1;
      return plain ? new long[] {cut.get(axis).start(), cut.get(axis).start() + size} : null;
    }
    return null;
  }
}
