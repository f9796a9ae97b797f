package dev.vitrine.compiler.simplify;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Views;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Split;
import dev.vitrine.graph.op.Transpose;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Equal parts of a value that are all reshaped or transposed alike: first reshape or transpose the
 * whole, then split. A part that is transposed in another way is transposed once more.
 */
final class SplitAfterViews implements Rule {
  private static final Pattern SPLIT = Pattern.node(Split.class);

  @Override
  public Pattern pattern() {
    return SPLIT;
  }

  @Override
  public Outcome apply(Match m) {
    List<Node> users = new ArrayList<>();
    for (Value part : m.root().outputs()) {
      boolean alike =
          m.graph().usedOnce(part)
              && part.type().isKnown()
              && part.type().equals(m.root().output().type())
              && part.users().getFirst().output().type().isKnown();
      if (!alike) {
        return Outcome.PASSED;
      }
      users.add(part.users().getFirst());
    }
    if (users.size() < 2) {
      return Outcome.PASSED;
    }
    int axis = m.root().output().shape().axis(m.op(Split.class).axis());
    if (users.stream().allMatch(n -> n.op() instanceof Reshape)) {
      return reshapeFirst(m, users, axis);
    } else if (users.stream().allMatch(n -> n.op() instanceof Transpose)) {
      return transposeFirst(m, users, axis);
    }
    return Outcome.PASSED;
  }

  /** The axis of the parts must begin one of the new axes: then the parts lie along that. */
  private static Outcome reshapeFirst(Match m, List<Node> users, int axis) {
    Shape part = m.root().output().shape();
    Shape to = users.getFirst().output().shape();
    Dim before = new Shape(part.dims().subList(0, axis)).product();
    int at = 0;
    Dim passed = Dim.of(1);
    while (at < to.rank() && !passed.equals(before)) {
      passed = passed.times(to.dim(at++));
    }
    while (at < to.rank() && to.dim(at).is(1)) {
      at++;
    }
    if (!passed.equals(before)
        || at == to.rank()
        || part.dim(axis).dividedBy(to.dim(at)) == null
        || !users.stream().allMatch(n -> n.output().shape().equals(to))) {
      return Outcome.PASSED;
    }
    Shape whole = to.with(at, to.dim(at).times(Dim.of(users.size())));
    Value reshaped = Views.reshape(m, m.root().input(0), whole);
    return reshaped == null ? Outcome.PASSED : split(m, reshaped, at, users, null);
  }

  private static Outcome transposeFirst(Match m, List<Node> users, int axis) {
    List<List<Long>> perms = users.stream().map(n -> ((Transpose) n.op()).perm()).toList();
    List<Long> perm =
        perms.stream().max(Comparator.comparingInt(p -> Collections.frequency(perms, p))).get();
    if (Collections.frequency(perms, perm) < 2 || perm.isEmpty()) {
      return Outcome.PASSED;
    }
    Value transposed = m.add(new Transpose(perm), m.root().input(0));
    return split(m, transposed, perm.indexOf((long) axis), users, perm);
  }

  /**
   * @param perm how the whole was transposed; null when it was not
   */
  private static Outcome split(Match m, Value whole, int axis, List<Node> users, List<Long> perm) {
    Dim size = whole.shape().dim(axis).dividedBy(Dim.of(users.size()));
    if (!size.isStatic()) {
      return Outcome.PASSED;
    }
    long[] sizes = users.stream().mapToLong(_ -> size.size()).toArray();
    List<Value> parts = m.addAll(new Split(axis, 0), users.size(), whole, m.ints(sizes));
    Map<Value, Value> all = new LinkedHashMap<>();
    for (int i = 0; i < users.size(); i++) {
      Value part = parts.get(i);
      if (users.get(i).op() instanceof Transpose t && !t.perm().equals(perm)) {
        part =
            m.add(new Transpose(t.perm().stream().map(j -> (long) perm.indexOf(j)).toList()), part);
      }
      all.put(users.get(i).output(), part);
    }
    return m.replaceAll(all);
  }
}
