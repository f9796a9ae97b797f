package dev.vitrine.compiler.simplify;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Cast;
import dev.vitrine.graph.op.Clip;
import dev.vitrine.graph.op.Concat;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.Dropout;
import dev.vitrine.graph.op.Expand;
import dev.vitrine.graph.op.Flatten;
import dev.vitrine.graph.op.Identity;
import dev.vitrine.graph.op.Max;
import dev.vitrine.graph.op.Mean;
import dev.vitrine.graph.op.Min;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.Pad;
import dev.vitrine.graph.op.Pow;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Resize;
import dev.vitrine.graph.op.Slice;
import dev.vitrine.graph.op.Split;
import dev.vitrine.graph.op.Squeeze;
import dev.vitrine.graph.op.Sub;
import dev.vitrine.graph.op.Sum;
import dev.vitrine.graph.op.Tile;
import dev.vitrine.graph.op.Transpose;
import dev.vitrine.graph.op.Unsqueeze;
import dev.vitrine.graph.op.Where;
import java.util.stream.LongStream;

/** A node whose output always equals one of its inputs goes. */
final class DropNoOps implements Rule {
  private static final Pattern ANY = Pattern.node();

  @Override
  public Pattern pattern() {
    return ANY;
  }

  @Override
  public Outcome apply(Match m) {
    Node n = m.root();
    boolean single =
        n.outputs().stream().skip(1).allMatch(v -> v.users().isEmpty() && !m.graph().isOutput(v));
    Value same = single ? same(n) : null;
    boolean sameType =
        same != null
            && (n.op() instanceof Identity
                || (same.type().isKnown() && same.type().equals(n.output().type())));
    return sameType ? m.replace(same) : Outcome.PASSED;
  }

  /** The input that the output equals if it has the same type; or null. */
  private static Value same(Node n) {
    Value x = n.input(0);
    return switch (n.op()) {
      case Identity _, Cast _, Expand _, Tile _, Reshape _, Flatten _, Squeeze _, Unsqueeze _ -> x;
      case Transpose t ->
          isRange(t.perm().stream().mapToLong(i -> i < 0 ? i + t.perm().size() : i)) ? x : null;
      case Slice _ -> isForward(n.input(4)) ? x : null;
      case Pad _ -> isAll(n.input(1), 0) ? x : null;
      case Resize r -> isUnscaled(r, n) ? x : null;
      case Concat _, Sum _, Max _, Min _, Mean _ -> n.inputs().size() == 1 ? x : null;
      case Split _ -> x;
      case Dropout _ -> n.input(2) == null || isAll(n.input(2), 0) ? x : null;
      case Clip _ -> n.input(1) == null && n.input(2) == null ? x : null;
      case Add _ -> isAll(n.input(1), 0) ? x : isAll(x, 0) ? n.input(1) : null;
      case Sub _ -> isAll(n.input(1), 0) ? x : null;
      case Mul _ -> isAll(n.input(1), 1) ? x : isAll(x, 1) ? n.input(1) : null;
      case Div _, Pow _ -> isAll(n.input(1), 1) ? x : null;
      case Where _ -> isAll(x, 1) ? n.input(1) : isAll(x, 0) ? n.input(2) : null;
      default -> null;
    };
  }

  private static boolean isAll(Value v, double number) {
    return v != null && v.isConstant() && Weights.isAll(v.constant(), number);
  }

  private static boolean isRange(LongStream perm) {
    long[] p = perm.toArray();
    return p.length > 0 && LongStream.range(0, p.length).allMatch(i -> p[(int) i] == i);
  }

  private static boolean isForward(Value steps) {
    return steps == null
        || (steps.isConstant() && LongStream.of(steps.constant().toLongs()).allMatch(s -> s > 0));
  }

  /** By sizes every scale is one when no size changes; stated scales may be near one. */
  private static boolean isUnscaled(Resize r, Node n) {
    return r.coordinateTransformationMode() != Resize.Coordinates.TF_CROP_AND_RESIZE
        && (n.input(3) != null || isAll(n.input(2), 1));
  }
}
