package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.Reshape;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes into attention's softmax, taken apart: scale · (q · kᵀ) + what is added.
 *
 * @param product the node that multiplies queries and keys
 * @param scale what its result is multiplied by
 * @param added the terms, outermost first
 */
record Scores(Node product, double scale, List<Term> added) {
  /**
   * A term and the factor that applies to it.
   *
   * @param shape the scores' shape where the term is added: the product's, or that with the batch
   *     cut into pictures and windows
   */
  record Term(Value value, double scale, Shape shape) {}

  /** Null when the value is none such. */
  static Scores of(Value v) {
    return of(v, 1, new ArrayList<>());
  }

  private static Scores of(Value v, double scale, List<Term> added) {
    double by = Scalars.factor(v);
    Node n = v.producer();
    if (!Double.isNaN(by)) {
      return of(Scalars.other(v), scale * by, added);
    } else if (n == null) {
      return null;
    }
    return switch (n.op()) {
      case MatMul _ ->
          n.input(0).isConstant() || n.input(1).isConstant() ? null : new Scores(n, scale, added);
      case Reshape _ -> of(n.input(0), scale, added);
      case Add _ -> {
        for (int i = 0; i < 2; i++) {
          List<Term> more = new ArrayList<>(added);
          more.add(new Term(n.input(1 - i), scale, v.shape()));
          Scores s =
              n.input(i).shape().equals(v.shape()) ? of(n.input(i), scale, more) : null;
          if (s != null) {
            yield s;
          }
        }
        yield null;
      }
      default -> null;
    };
  }

  /**
   * Adds the nodes that make one bias of rank 4 for FusedAttention.
   *
   * @return null when nothing is added
   * @throws Unsuited when a term can't be brought into that form
   */
  Value bias(Match m, Dim batch, long heads, Dim queries, Dim keys) throws Unsuited {
    Value sum = null;
    for (Term t : added) {
      Value v = t.value;
      Shape four = rank4(t, Shape.of(batch, Dim.of(heads), queries, keys));
      if (!v.shape().equals(four)) {
        v = m.add(new Reshape(false), v, m.ints(four.sizes()));
      }
      if (t.scale != 1) {
        v = m.add(new Mul(), v, m.constant(Tensor.scalar(v.dtype(), t.scale)));
      }
      sum = sum == null ? v : m.add(new Add(), sum, v);
    }
    return sum;
  }

  /** A term that has no place in a bias. */
  @SuppressWarnings("serial")
  static final class Unsuited extends Exception {
    Unsuited(String message) {
      super(message, null, false, false);
    }
  }

  /** The shape of rank 4 that a term has in a bias. */
  private static Shape rank4(Term t, Shape full) throws Unsuited {
    Shape s = t.value.shape();
    Shape at = t.shape;
    List<Dim> dims = new ArrayList<>(s.dims());
    while (dims.size() < at.rank()) {
      dims.addFirst(Dim.of(1));
    }
    int lead = at.rank() - 2;
    if (!at.dim(-1).equals(full.dim(3)) || !at.dim(-2).equals(full.dim(2))) {
      throw new Unsuited("a term is added to scores of shape " + at);
    }
    List<Dim> outer = new ArrayList<>(dims.subList(0, lead));
    List<Dim> atOuter = at.dims().subList(0, lead);
    Dim b;
    Dim h;
    if (outer.stream().allMatch(d -> d.is(1))) {
      b = Dim.of(1);
      h = Dim.of(1);
    } else if (lead >= 2 && atOuter.getLast().equals(full.dim(1))) {
      // [pictures…, windows, heads]: the outermost may repeat, the others are there in full.
      h = outer.getLast();
      int first = 0;
      while (first < lead - 2 && outer.get(first).is(1)) {
        first++;
      }
      List<Dim> batch = outer.subList(first, lead - 1);
      b = batch.stream().reduce(Dim.of(1), Dim::times);
      if (batch.size() > 1 && !batch.equals(atOuter.subList(first, lead - 1))) {
        throw new Unsuited("a term repeats within the batch: " + s);
      }
    } else if (full.dim(0).is(1) && lead >= 1) {
      b = Dim.of(1);
      h = outer.stream().reduce(Dim.of(1), Dim::times);
    } else {
      throw new Unsuited("a term of shape " + s + " for scores of shape " + at);
    }
    Shape four = Shape.of(b, h, dims.get(lead), dims.get(lead + 1));
    if (!four.isStatic()) {
      throw new Unsuited("a term has no fixed shape: " + s);
    }
    if (!h.is(1) && !h.equals(full.dim(1))) {
      throw new Unsuited("a term is for " + h + " heads of " + full.dim(1));
    }
    return four;
  }
}
