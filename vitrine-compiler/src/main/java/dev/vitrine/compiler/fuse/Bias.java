package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Views;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Mul;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Makes one bias for FusedAttention, of shape [b, h, tq, tk], of all that is added to scores.
 *
 * @param full the shape of the scores: batch, heads, queries, keys
 */
record Bias(Match m, Shape full) {
  /** A term that has no place in a bias. */
  @SuppressWarnings("serial")
  static final class Unsuited extends Exception {
    Unsuited(String message) {
      super(message, null, false, false);
    }
  }

  /** Adds the nodes; null when nothing is added, or nothing but zeros. */
  Value of(List<Scores.Term> terms) throws Unsuited {
    Tensor constant = null;
    Value sum = null;
    for (Scores.Term t : terms) {
      Tensor known = known(t.value());
      if (known != null) {
        Tensor part = known.reshape(rank4(t, known.shape()));
        part = t.scale() == 1 ? part : Weights.scaled(part, 0, scale(t));
        constant = plus(constant, Terms.period(part));
        continue;
      }
      Shape four = rank4(t, t.value().shape());
      Value v = t.value().shape().equals(four) ? t.value() : Views.reshape(m, t.value(), four);
      if (v == null) {
        throw new Unsuited("a term has no fixed shape: " + t.value().shape());
      }
      v = t.scale() == 1 ? v : m.add(new Mul(), v, m.constant(scale(t)));
      sum = sum == null ? v : m.add(new Add(), sum, v);
    }
    if (constant == null || Weights.isAll(constant, 0)) {
      return sum;
    }
    Value c = m.constant(constant);
    return sum == null ? c : m.add(new Add(), sum, c);
  }

  private static Tensor scale(Scores.Term t) {
    return Tensor.scalar(t.value().dtype(), t.scale());
  }

  /** A term that is the same for every picture, for as few pictures as tell; else null. */
  private Tensor known(Value term) {
    if (term.isConstant()) {
      return term.constant();
    }
    List<String> names =
        full.dim(0).terms().stream().flatMap(t -> t.names().stream()).distinct().toList();
    if (names.size() != 1) {
      return null;
    }
    Tensor one = Terms.at(m.graph(), term, names.getFirst(), 1);
    Tensor two = one == null ? null : Terms.at(m.graph(), term, names.getFirst(), 2);
    boolean same = two != null && two.rank() > 0 && repeated(one, two.size(0)).sameAs(two);
    return same ? one : null;
  }

  /** A tensor so often that its outermost axis has that size, where that goes; else itself. */
  private static Tensor repeated(Tensor t, long size) {
    return size == t.size(0) || size % t.size(0) != 0
        ? t
        : Weights.joined(Collections.nCopies(Math.toIntExact(size / t.size(0)), t), 0);
  }

  private static Tensor plus(Tensor a, Tensor b) throws Unsuited {
    if (a == null) {
      return b;
    }
    long n = a.size(0);
    long k = b.size(0);
    if (Math.max(n, k) % Math.min(n, k) != 0) {
      throw new Unsuited("terms for " + n + " and " + k + " windows");
    }
    Tensor x = n == 1 ? a : repeated(a, Math.max(n, k));
    Tensor y = k == 1 ? b : repeated(b, Math.max(n, k));
    return new Add().evaluate(Inputs.of(x, y)).getFirst();
  }

  /**
   * The shape that a term has in the bias.
   *
   * @param s its own shape
   */
  private Shape rank4(Scores.Term t, Shape s) throws Unsuited {
    Shape scores = t.shape();
    int lead = scores.rank() - 2;
    List<Dim> dims = new ArrayList<>(s.dims());
    while (dims.size() < scores.rank()) {
      dims.addFirst(Dim.of(1));
    }
    if (!scores.dim(-1).equals(full.dim(3)) || !scores.dim(-2).equals(full.dim(2))) {
      throw new Unsuited("a term is added to scores of shape " + scores);
    }
    List<Dim> outer = dims.subList(0, lead);
    Dim batch = Dim.of(1);
    Dim heads = Dim.of(1);
    if (lead >= 2 && scores.dim(lead - 1).equals(full.dim(1))) {
      heads = outer.getLast();
      batch = batch(outer.subList(0, lead - 1), scores.dims().subList(0, lead - 1), s);
    } else if (full.dim(0).is(1)) {
      heads = new Shape(outer).product();
    } else if (!outer.stream().allMatch(d -> d.is(1))) {
      throw new Unsuited("a term of shape " + s + " for scores of shape " + scores);
    }
    if (!heads.is(1) && !heads.equals(full.dim(1))) {
      throw new Unsuited("a term is for " + heads + " heads of " + full.dim(1));
    }
    return Shape.of(batch, heads, dims.get(lead), dims.get(lead + 1));
  }

  /**
   * Of [pictures…, windows] the outermost may be left out, but then the others are there in full.
   */
  private static Dim batch(List<Dim> dims, List<Dim> scores, Shape s) throws Unsuited {
    int first = 0;
    while (first < dims.size() && dims.get(first).is(1)) {
      first++;
    }
    List<Dim> rest = dims.subList(first, dims.size());
    if (rest.size() > 1 && !rest.equals(scores.subList(first, dims.size()))) {
      throw new Unsuited("a term repeats within the batch: " + s);
    }
    return new Shape(rest).product();
  }
}
