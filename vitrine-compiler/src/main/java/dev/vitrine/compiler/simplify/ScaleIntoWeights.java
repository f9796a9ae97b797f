package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.commutative;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.oneOf;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rearrangement;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Conv;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.Gemm;
import dev.vitrine.graph.op.LayerNormalization;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.Mul;
import java.util.ArrayList;
import java.util.List;

/**
 * A product of a value with a constant, one number or one along an axis, goes into the weights that
 * the value comes from: those of a MatMul, Gemm, Conv or LayerNormalization, through additions of
 * constants, and a single number through reshaping, transposing and products of two values too.
 */
final class ScaleIntoWeights implements Rule {
  private static final Pattern X = any().where(v -> v.producer() != null);
  private static final Pattern C = constant();
  private static final Pattern TIMES = commutative(Mul.class, X, C);
  private static final Pattern OVER = op(Div.class, X, C);
  private static final Pattern SCALED = oneOf(TIMES, OVER);

  /** What to multiply by: one number, or one for each index of an axis of the value. */
  private record Factor(Tensor by, int axis) {
    boolean isNumber() {
      return by.count() == 1;
    }
  }

  @Override
  public Pattern pattern() {
    return SCALED;
  }

  @Override
  public Outcome apply(Match m) {
    Value x = m.value(X);
    Tensor by = m.value(C).constant();
    if (!by.dtype().isFloat() || !x.type().isKnown()) {
      return Outcome.PASSED;
    }
    int axis = by.count() == 1 ? -1 : Weights.axis(by.shape(), x.shape());
    if (axis == -2 || by.shape().rank() > x.shape().rank()) {
      return Outcome.PASSED;
    }
    Factor f = new Factor(m.value(OVER) == null ? by : Weights.reciprocal(by), axis);
    if (!m.graph().usedOnce(x) || find(m, x, f) == null) {
      return Outcome.PASSED;
    }
    return used(m, x, f) ? m.missed(Reason.USED_ELSEWHERE) : m.replace(write(m, x, f));
  }

  /** The node upstream whose weights can take the factor; null when there is none. */
  private static Node find(Match m, Value v, Factor f) {
    Node n = v.producer();
    int next = next(n, f);
    return n == null
        ? null
        : next < 0 ? (takes(n, v.shape(), f) ? n : null) : find(m, n.input(next), f);
  }

  private static boolean used(Match m, Value v, Factor f) {
    int next = next(v.producer(), f);
    return !m.graph().usedOnce(v) || (next >= 0 && used(m, v.producer().input(next), f));
  }

  /** The input through which the factor passes on; −1 when it ends here. */
  private static int next(Node n, Factor f) {
    if (n == null) {
      return -1;
    }
    return switch (n.op()) {
      case Add _ -> other(n) < 0 || !passes(n, f) ? -1 : 1 - other(n);
      case MatMul _ ->
          f.isNumber() && !n.input(0).isConstant() && !n.input(1).isConstant() ? 0 : -1;
      default -> f.isNumber() && Rearrangement.isView(n) ? 0 : -1;
    };
  }

  /** Which input of two is a constant; −1 for none. */
  private static int other(Node n) {
    return n.input(1).isConstant() ? 1 : n.input(0).isConstant() ? 0 : -1;
  }

  /** Whether the constant that is added can be scaled without growing. */
  private static boolean passes(Node n, Factor f) {
    Value c = n.input(other(n));
    Value x = n.input(1 - other(n));
    return x.type().isKnown()
        && x.shape().rank() >= c.shape().rank()
        && (f.isNumber() || x.shape().rank() == n.output().shape().rank())
        && (f.isNumber()
            || c.constant().count() == 1
            || Weights.axis(c.shape(), x.shape()) == f.axis);
  }

  private static boolean takes(Node n, Shape shape, Factor f) {
    if (!f.isNumber() && !shape.dim(f.axis).is(f.by.count())) {
      return false;
    }
    boolean last = f.isNumber() || f.axis == shape.rank() - 1;
    return switch (n.op()) {
      case MatMul _ ->
          (n.input(1).isConstant() && last && n.input(1).shape().rank() >= 2 && once(n.input(1)))
              || (n.input(0).isConstant() && f.isNumber() && once(n.input(0)));
      case Mul _ -> other(n) >= 0 && f.isNumber();
      case Conv _ -> constants(n, 1) && (f.isNumber() || f.axis == 1);
      case Gemm g -> constants(n, 1) && last && (g.beta() == 1 || n.input(2) == null);
      case LayerNormalization _ ->
          constants(n, 1) && n.outputs().size() == 1 && last && n.input(1).shape().rank() == 1;
      default -> false;
    };
  }

  private static boolean constants(Node n, int from) {
    return n.inputs().stream().skip(from).allMatch(v -> v == null || v.isConstant())
        && once(n.input(from));
  }

  /** A second copy of large weights would cost more than a product. */
  private static boolean once(Value weights) {
    return weights.users().size() == 1 || weights.constant().count() <= 4096;
  }

  private Value write(Match m, Value v, Factor f) {
    Node n = v.producer();
    List<Value> in = new ArrayList<>(n.inputs());
    int next = next(n, f);
    if (next >= 0) {
      in.set(next, write(m, in.get(next), f));
      if (n.op() instanceof Add) {
        in.set(1 - next, scaled(m, in.get(1 - next), f, f.axis));
      }
      return m.add(n.op(), in.toArray(Value[]::new));
    }
    switch (n.op()) {
      case MatMul _ -> {
        int weights = n.input(1).isConstant() ? 1 : 0;
        in.set(weights, scaled(m, in.get(weights), f, in.get(weights).shape().rank() - 1));
      }
      case Mul _ -> in.set(other(n), scaled(m, in.get(other(n)), f, -1));
      case Gemm g -> {
        in.set(1, scaled(m, in.get(1), f, g.transB() ? 0 : 1));
        scaleIfThere(m, in, 2, f);
      }
      default -> {
        in.set(1, scaled(m, in.get(1), f, 0));
        scaleIfThere(m, in, 2, f);
      }
    }
    return m.add(n.op(), in.toArray(Value[]::new));
  }

  /** A bias: along its last axis, whatever its shape. */
  private static void scaleIfThere(Match m, List<Value> in, int i, Factor f) {
    if (i < in.size() && in.get(i) != null) {
      in.set(i, scaled(m, in.get(i), f, in.get(i).shape().rank() - 1));
    }
  }

  private static Value scaled(Match m, Value c, Factor f, int axis) {
    Tensor t = c.constant();
    if (!f.isNumber() && t.count() == 1) {
      t = Weights.filled(t.dtype(), f.by.count(), t.real(0)).reshape(f.by.shape());
      return m.constant(c, Weights.scaled(t, 0, f.by.reshape(Shape.of(f.by.count()))));
    }
    int at = f.isNumber() || t.rank() == 0 ? 0 : varying(t.shape(), axis);
    return m.constant(c, Weights.scaled(t, at, f.by));
  }

  /** In a constant that varies along one axis only, that axis; else the one stated. */
  private static int varying(Shape s, int axis) {
    int found = Weights.axis(s, s);
    return found >= 0 ? found : axis;
  }
}
