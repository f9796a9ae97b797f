package dev.vitrine.compiler.simplify;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Resize;

/**
 * The computed sizes of a Resize become constant scales, where every axis either keeps its size or
 * changes by a factor that is exact in floating point.
 */
final class FoldSizes implements Rule {
  private static final Pattern RESIZE = Pattern.node(Resize.class);

  @Override
  public Pattern pattern() {
    return RESIZE;
  }

  @Override
  public Outcome apply(Match m) {
    Node n = m.root();
    Value sizes = n.input(3);
    Resize r = m.op(Resize.class);
    boolean suits =
        sizes != null
            && !sizes.isConstant()
            && r.axes().isEmpty()
            && r.keepAspectRatioPolicy() == Resize.AspectRatio.STRETCH
            && n.input(0).type().isKnown()
            && n.output().type().isKnown();
    if (!suits) {
      return Outcome.PASSED;
    }
    Shape from = n.input(0).shape();
    Shape to = n.output().shape();
    Tensor scales = Tensor.zeros(DType.F32, Shape.of(from.rank()));
    for (int i = 0; i < from.rank(); i++) {
      float scale = scale(from.dim(i), to.dim(i));
      if (Float.isNaN(scale)) {
        return Outcome.PASSED;
      }
      scales.set(i, scale);
    }
    return m.replace(r, n.input(0), n.input(1), m.constant(scales));
  }

  /** NaN where there is no exact one. */
  private static float scale(Dim from, Dim to) {
    if (from.equals(to)) {
      return 1;
    }
    Dim times = to.dividedBy(from);
    if (times != null && times.isStatic()) {
      return times.size();
    }
    if (!from.isStatic() || !to.isStatic() || from.is(0)) {
      return Float.NaN;
    }
    float scale = (float) ((double) to.size() / from.size());
    return (double) scale * from.size() == to.size() ? scale : Float.NaN;
  }
}
