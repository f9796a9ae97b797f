package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Slice;
import java.util.TreeMap;

/** A slice of a slice is one slice. */
final class MergeSlices implements Rule {
  private static final Pattern X = any();
  private static final Pattern INNER = op(Slice.class, X);
  private static final Pattern OUTER = op(Slice.class, INNER);

  @Override
  public Pattern pattern() {
    return OUTER;
  }

  @Override
  public Outcome apply(Match m) {
    Value x = m.value(X);
    Shape shape = m.root().output().shape();
    TreeMap<Integer, Strided> inner = Strided.of(m.node(INNER));
    TreeMap<Integer, Strided> all = Strided.of(m.root());
    if (inner == null || all == null) {
      return m.missed(Reason.NOT_CONSTANT, "bounds or sizes");
    }
    inner.forEach((axis, s) -> all.merge(axis, s, (outer, first) -> outer.after(first)));
    int n = all.size();
    long[] starts = new long[n];
    long[] ends = new long[n];
    long[] axes = new long[n];
    long[] steps = new long[n];
    int i = 0;
    boolean stepped = false;
    for (var e : all.entrySet()) {
      Strided s = e.getValue();
      long last = s.start() + (shape.size(e.getKey()) - 1) * s.step();
      axes[i] = e.getKey();
      starts[i] = s.start();
      steps[i] = s.step();
      ends[i] = last + (s.step() > 0 ? 1 : -1);
      if (ends[i] < 0) {
        ends[i] = Long.MIN_VALUE;
      }
      stepped |= s.step() != 1;
      i++;
    }
    Value from = m.ints(starts);
    Value to = m.ints(ends);
    return stepped
        ? m.replace(new Slice(), x, from, to, m.ints(axes), m.ints(steps))
        : m.replace(new Slice(), x, from, to, m.ints(axes));
  }
}
