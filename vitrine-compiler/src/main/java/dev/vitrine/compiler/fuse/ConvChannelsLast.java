package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.ChannelsLastConv;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Conv;
import dev.vitrine.graph.op.Transpose;
import java.util.List;

/**
 * A convolution of pictures keeps a pixel's channels together, between two Transposes that others
 * cancel; one that looks at single pixels becomes Linear.
 */
final class ConvChannelsLast implements Rule {
  private static final Pattern X = any();
  private static final Pattern W = constant();
  private static final Pattern CONV = op(Conv.class, X, W);

  @Override
  public Pattern pattern() {
    return CONV;
  }

  @Override
  public Outcome apply(Match m) {
    Conv conv = m.op(Conv.class);
    Value x = m.value(X);
    Shape w = m.value(W).shape();
    Value bias = m.root().input(2);
    if (!x.type().isKnown() || x.shape().rank() != 4) {
      return Outcome.PASSED;
    }
    ConvParameters p = ConvParameters.of(conv, x.shape(), w);
    if (p == null) {
      return m.missed(Reason.SHAPE_UNKNOWN);
    }
    Value pixels = m.add(new Transpose(List.of(0L, 2L, 3L, 1L)), x);
    boolean single =
        w.size(2) == 1
            && w.size(3) == 1
            && conv.group() == 1
            && p.strides().equals(List.of(1L, 1L))
            && p.pads().stream().allMatch(i -> i == 0);
    Value y;
    if (single) {
      Tensor matrix = m.value(W).constant().reshape(Shape.of(w.dim(0), w.dim(1)));
      Value weight = m.constant(m.value(W), Weights.transposed(matrix, 1, 0));
      Linear linear = new Linear(Activation.NONE);
      y = bias == null ? m.add(linear, pixels, weight) : m.add(linear, pixels, weight, bias);
    } else {
      var op =
          new ChannelsLastConv(p.strides(), p.pads(), p.dilations(), conv.group(), Activation.NONE);
      y = bias == null ? m.add(op, pixels, m.value(W)) : m.add(op, pixels, m.value(W), bias);
    }
    return m.replace(new Transpose(List.of(0L, 3L, 1L, 2L)), y);
  }
}
