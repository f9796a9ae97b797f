package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.fused.FusedAttention;
import dev.vitrine.compiler.fused.Gate;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Views;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Gather;
import dev.vitrine.graph.op.Gelu;
import dev.vitrine.graph.op.LayerNormalization;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.Relu;
import dev.vitrine.graph.op.Slice;
import java.util.ArrayList;
import java.util.List;

/**
 * Where few of the rows that an operation computes one by one are ever read, the others are not
 * computed: a Slice of its result becomes a Slice of what it reads. Of attention these are the
 * queries.
 */
final class SliceBefore implements Rule {
  private static final Pattern PART = Pattern.node(Slice.class, Gather.class);

  @Override
  public Pattern pattern() {
    return PART;
  }

  @Override
  public Outcome apply(Match m) {
    Node part = m.root();
    Value x = part.input(0);
    Value y = part.output();
    Node maker = x.producer();
    boolean suits =
        maker != null
            && isRowWise(maker)
            && m.graph().usedOnce(x)
            && x.type().isKnown()
            && y.type().isKnown()
            && part.inputs().stream().skip(1).allMatch(v -> v == null || v.isConstant());
    if (!suits) {
      return Outcome.PASSED;
    }
    if (part.op() instanceof Gather g) {
      return asSlice(m, g, x, y);
    }
    int axis = slicedAxis(x.shape(), y.shape());
    boolean few = axis >= 0 && 2 * y.shape().size(axis) <= x.shape().size(axis);
    boolean single = part.input(1).constant().count() == 1 && part.input(3) != null;
    if (!few || !single || (maker.op() instanceof FusedAttention && axis != 1)) {
      return Outcome.PASSED;
    }
    List<Value> in = new ArrayList<>(maker.inputs());
    if (maker.op() instanceof FusedAttention) {
      in.set(FusedAttention.Q, sliced(m, in.get(FusedAttention.Q), axis));
      if (in.size() > FusedAttention.BIAS && in.get(FusedAttention.BIAS) != null) {
        in.set(FusedAttention.BIAS, sliced(m, in.get(FusedAttention.BIAS), 2));
      }
    } else {
      for (int i = 0; i < in.size(); i++) {
        Value v = in.get(i);
        if (v != null && hasRows(maker, i)) {
          int own = axis - (x.shape().rank() - v.shape().rank());
          in.set(i, own < 0 ? v : sliced(m, v, own));
        }
      }
    }
    return m.replace(maker.op(), in.toArray(Value[]::new));
  }

  /** The one picked is kept as an axis of size 1, which a Reshape takes away in the end. */
  private static Outcome asSlice(Match m, Gather g, Value x, Value y) {
    Value index = m.root().input(1);
    int axis = x.shape().axis(g.axis());
    if (index.constant().count() != 1
        || axis == x.shape().rank() - 1
        || !x.shape().dim(axis).isStatic()) {
      return Outcome.PASSED;
    }
    long at = Math.floorMod(index.constant().integer(0), x.shape().size(axis));
    Value kept = m.add(new Slice(), x, m.ints(at), m.ints(at + 1), m.ints(axis));
    Value out = Views.reshape(m, kept, y.shape());
    return out == null ? Outcome.PASSED : m.replace(out);
  }

  private static boolean isRowWise(Node n) {
    return switch (n.op()) {
      case Linear _, FusedAttention _, Gate _, Gelu _, Relu _, Add _, Mul _ -> true;
      case LayerNormalization l ->
          n.outputs().size() == 1
              && n.input(0).type().isKnown()
              && n.input(0).shape().axis(l.axis()) == n.input(0).shape().rank() - 1;
      default -> false;
    };
  }

  /** Whether an input has a row for each row of the result; others are weights. */
  private static boolean hasRows(Node n, int input) {
    return switch (n.op()) {
      case Linear _ -> input == Linear.X || input == Linear.RESIDUAL;
      case LayerNormalization _ -> input == 0;
      default -> true;
    };
  }

  /** The only axis that a Slice shortens, if it isn't the last; else −1. */
  private static int slicedAxis(Shape from, Shape to) {
    int found = -1;
    for (int i = 0; i < from.rank(); i++) {
      if (!from.dim(i).equals(to.dim(i))) {
        boolean sized = from.dim(i).isStatic() && to.dim(i).isStatic();
        if (found >= 0 || !sized || i == from.rank() - 1) {
          return -1;
        }
        found = i;
      }
    }
    return found;
  }

  /** The same part of another value along an axis; all of it where it has one for all rows. */
  private static Value sliced(Match m, Value v, int axis) {
    if (v.shape().dim(axis).is(1)) {
      return v;
    }
    Value[] in = m.root().inputs().toArray(Value[]::new);
    in[0] = v;
    in[3] = m.ints(axis);
    return m.add(new Slice(), in);
  }
}
