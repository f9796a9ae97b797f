package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.fused.PatchEmbedding;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rearrangement;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Views;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Conv;
import dev.vitrine.graph.op.Transpose;
import java.util.List;

/** A convolution that cuts a picture into patches side by side becomes PatchEmbedding. */
final class FusePatchEmbedding implements Rule {
  private static final Pattern PICTURE = any();
  private static final Pattern W = constant();
  private static final Pattern CONV = op(Conv.class, PICTURE, W);

  @Override
  public Pattern pattern() {
    return CONV;
  }

  @Override
  public Outcome apply(Match m) {
    Conv conv = m.op(Conv.class);
    Shape w = m.value(W).shape();
    Value y = m.root().output();
    if (!y.type().isKnown()
        || y.shape().rank() != 4
        || Rearrangement.isView(m.value(PICTURE).producer())) {
      return Outcome.PASSED;
    }
    List<Long> kernel = List.of(w.size(2), w.size(3));
    boolean patches =
        kernel.equals(conv.strides())
            && conv.group() == 1
            && conv.pads().stream().allMatch(p -> p == 0)
            && conv.dilations().stream().allMatch(d -> d == 1)
            && !kernel.equals(List.of(1L, 1L))
            && ConvParameters.isExplicit(conv);
    if (!patches) {
      return Outcome.PASSED;
    }
    var op = new PatchEmbedding(Math.toIntExact(kernel.get(0)), Math.toIntExact(kernel.get(1)));
    Value tokens = m.add(op, m.root().inputs().toArray(Value[]::new));
    Value channels = m.add(new Transpose(List.of(0L, 2L, 1L)), tokens);
    Value grid = Views.reshape(m, channels, y.shape());
    return grid == null ? m.missed(Reason.SHAPE_UNKNOWN) : m.replace(grid);
  }
}
