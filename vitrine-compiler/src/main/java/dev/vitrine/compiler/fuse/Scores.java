package dev.vitrine.compiler.fuse;

import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.MatMul;
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
          Scores s = n.input(i).shape().equals(v.shape()) ? of(n.input(i), scale, more) : null;
          if (s != null) {
            yield s;
          }
        }
        yield null;
      }
      default -> null;
    };
  }
}
