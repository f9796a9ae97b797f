package dev.vitrine.compiler.edit;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.graph.op.Concat;
import dev.vitrine.graph.op.Gemm;
import dev.vitrine.graph.op.Max;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.Pow;
import dev.vitrine.graph.op.ReduceMean;
import java.util.List;

/** A linear classifier to put behind a graph's features. */
record Head(Tensor weight, Tensor bias, String pooling) {
  private static final String CLS = "cls";
  private static final String PATCH = "patch";
  private static final String LOGITS = "logits";

  /** No value is less before the generalised mean. */
  private static final float GEM_LEAST = 1e-6f;

  void apply(Graph g) {
    Value features = features(g);
    Shape wanted = weight.shape();
    boolean fits =
        features.type().isKnown()
            && features.shape().rank() == 2
            && features.shape().dim(1).equals(wanted.dim(1));
    if (!fits) {
      throw new VitrineException(
          "the features '%s' are %s; the classifier takes [n, %s]"
              .formatted(pooling, features.type(), wanted.dim(1)));
    }
    Value w = g.constant(g.freshName("head_weight"), weight.cast(features.dtype()));
    Value b = g.constant(g.freshName("head_bias"), bias.cast(features.dtype()));
    String name = g.value(LOGITS) == null ? LOGITS : g.freshName(LOGITS);
    Value logits = g.addNamed(name, new Gemm(1, 1, false, true), features, w, b);
    List.copyOf(g.outputs().keySet()).forEach(g::removeOutput);
    g.output(LOGITS, logits);
  }

  private Value features(Graph g) {
    return switch (pooling) {
      case "mean" -> mean(g, output(g, PATCH), "head_mean");
      case "cls-mean" -> {
        Value mean = mean(g, output(g, PATCH), "head_mean");
        yield g.addNamed(g.freshName("head_features"), new Concat(1), output(g, CLS), mean);
      }
      case "gem" -> generalisedMean(g, output(g, PATCH));
      default -> output(g, pooling);
    };
  }

  private static Value output(Graph g, String name) {
    Value v = g.outputs().get(name);
    if (v == null) {
      throw Names.unknown("output", name, g.outputs().keySet());
    }
    return v;
  }

  /** The mean over the tokens of [n, tokens, width]. */
  private static Value mean(Graph g, Value tokens, String name) {
    if (tokens.type().isKnown() && tokens.shape().rank() != 3) {
      throw new VitrineException(
          "the output 'patch' is " + tokens.type() + ", not patches [n, patches, width]");
    }
    Value axis = g.constant(g.freshName("head_axis"), Tensor.ints(1));
    return g.addNamed(g.freshName(name), new ReduceMean(false, false), tokens, axis);
  }

  private static Value generalisedMean(Graph g, Value tokens) {
    Value least = g.constant(g.freshName("head_least"), Tensor.scalar(tokens.dtype(), GEM_LEAST));
    Value third = g.constant(g.freshName("head_third"), Tensor.scalar(tokens.dtype(), 1 / 3.0));
    Value x = g.addNamed(g.freshName("head_positive"), new Max(), tokens, least);
    Value square = g.addNamed(g.freshName("head_square"), new Mul(), x, x);
    Value cube = g.addNamed(g.freshName("head_cube"), new Mul(), square, x);
    Value mean = mean(g, cube, "head_mean");
    return g.addNamed(g.freshName("head_features"), new Pow(), mean, third);
  }
}
