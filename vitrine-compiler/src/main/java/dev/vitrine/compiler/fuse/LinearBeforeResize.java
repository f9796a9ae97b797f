package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.node;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Concat;
import dev.vitrine.graph.op.Gelu;
import dev.vitrine.graph.op.Relu;
import dev.vitrine.graph.op.Resize;
import dev.vitrine.graph.op.Sigmoid;
import dev.vitrine.graph.op.Swish;
import java.util.List;

/**
 * Linear(Concat(…, Resize(x), …)) becomes the sum of Resize(Linear(x)) and its like: a map of the
 * channels commutes with interpolation between pixels, whose weights sum to one, and is cheaper
 * before pixels have become more.
 */
final class LinearBeforeResize implements Rule {
  private static final Pattern PARTS = node(Concat.class, Resize.class);
  private static final Pattern W = constant();
  private static final Pattern LINEAR = op(Linear.class, PARTS, W);

  @Override
  public Pattern pattern() {
    return LINEAR;
  }

  @Override
  public Outcome apply(Match m) {
    Node source = m.node(PARTS);
    Value whole = m.value(PARTS);
    List<Value> parts = source.op() instanceof Concat ? source.inputs() : List.of(whole);
    boolean sized = parts.stream().allMatch(LinearBeforeResize::isSized);
    boolean channels =
        !(source.op() instanceof Concat c)
            || whole.shape().axis(c.axis()) == whole.shape().rank() - 1;
    if (!channels
        || !sized
        || parts.stream().noneMatch(LinearBeforeResize::isEnlarged)
        || m.root().input(Linear.RESIDUAL) != null) {
      return Outcome.PASSED;
    }
    if (!parts.stream().allMatch(p -> p.type().isKnown() && p.shape().dim(-1).isStatic())) {
      return m.missed(Reason.SHAPE_UNKNOWN);
    }
    Value bias = m.root().input(Linear.BIAS);
    Value sum = null;
    long from = 0;
    for (Value part : parts) {
      long to = from + part.shape().size(-1);
      Value weight =
          parts.size() == 1
              ? m.value(W)
              : m.constant(m.value(W), Weights.part(m.value(W).constant(), 0, from, to));
      Value x = isEnlarged(part) ? part.producer().input(0) : part;
      Linear linear = new Linear(Activation.NONE);
      Value mapped =
          sum == null && bias != null ? m.add(linear, x, weight, bias) : m.add(linear, x, weight);
      Value term = isEnlarged(part) ? resized(m, part.producer(), mapped) : mapped;
      sum = sum == null ? term : m.add(new Add(), sum, term);
      from = to;
    }
    Op activation = activation(m.op(Linear.class).activation());
    return activation == null ? m.replace(sum) : m.replace(activation, sum);
  }

  /** A Resize by sizes must have them as constants, for they hold the number of channels. */
  private static boolean isSized(Value v) {
    Node n = v.producer();
    return n == null
        || !(n.op() instanceof Resize)
        || n.input(3) == null
        || n.input(3).isConstant();
  }

  /**
   * A Resize to more elements, of known sizes where they change, that leaves the last axis alone.
   */
  private static boolean isEnlarged(Value v) {
    Resize r = v.producedBy(Resize.class);
    if (r == null
        || r.coordinateTransformationMode() == Resize.Coordinates.TF_CROP_AND_RESIZE
        || !v.type().isKnown()
        || !v.producer().input(0).type().isKnown()) {
      return false;
    }
    Shape from = v.producer().input(0).shape();
    Shape to = v.shape();
    double growth = 1;
    for (int i = 0; i < from.rank(); i++) {
      if (!from.dim(i).equals(to.dim(i))) {
        if (!from.dim(i).isStatic() || !to.dim(i).isStatic() || i == from.rank() - 1) {
          return false;
        }
        growth *= (double) to.size(i) / from.size(i);
      }
    }
    return growth > 1 && leavesChannels(r, v.producer(), from.rank() - 1);
  }

  /** A size that stays the same may still hide a scale near one. */
  private static boolean leavesChannels(Resize r, Node n, int last) {
    Value scales = n.input(2);
    if (r.axes().stream().anyMatch(i -> i == last || i == -1)) {
      return false;
    }
    boolean listed = scales != null && r.axes().isEmpty();
    return !listed || (scales.isConstant() && scales.constant().real(last) == 1);
  }

  /** The same Resize of a value with other channels. */
  private static Value resized(Match m, Node resize, Value x) {
    Value[] in = resize.inputs().toArray(Value[]::new);
    in[0] = x;
    if (((Resize) resize.op()).axes().isEmpty() && in.length > 3 && in[3] != null) {
      long[] sizes = in[3].constant().toLongs();
      sizes[sizes.length - 1] = x.shape().size(-1);
      in[3] = m.ints(sizes);
    }
    return m.add(resize.op(), in);
  }

  private static Op activation(Activation a) {
    return switch (a) {
      case NONE -> null;
      case RELU -> new Relu();
      case GELU -> new Gelu(Gelu.Approximation.NONE);
      case GELU_TANH -> new Gelu(Gelu.Approximation.TANH);
      case SILU -> new Swish(1);
      case SIGMOID -> new Sigmoid();
      case QUICK_GELU -> new Swish(1.702f);
    };
  }
}
