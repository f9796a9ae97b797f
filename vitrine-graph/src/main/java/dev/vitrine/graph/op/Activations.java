package dev.vitrine.graph.op;

import dev.vitrine.graph.GraphException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/** The functions that recurrent operations name. */
final class Activations {
  private Activations() {}

  /**
   * The functions of each direction in turn.
   *
   * @param names empty for the defaults in each direction
   * @param alphas for those of the functions that have an α, in order; too few leave the defaults
   * @param betas the same for β
   */
  static List<DoubleUnaryOperator> of(
      List<String> names,
      List<Float> alphas,
      List<Float> betas,
      Direction direction,
      String... defaults) {
    int count = defaults.length * (direction == Direction.BIDIRECTIONAL ? 2 : 1);
    List<DoubleUnaryOperator> out = new ArrayList<>();
    Iterator<Float> alpha = alphas.iterator();
    Iterator<Float> beta = betas.iterator();
    for (int i = 0; i < count; i++) {
      String name = names.isEmpty() ? defaults[i % defaults.length] : at(names, i);
      out.add(of(name.toLowerCase(Locale.ROOT), alpha, beta));
    }
    return out;
  }

  private static String at(List<String> names, int i) {
    Check.that(i < names.size(), "there are too few activations: %s", names);
    return names.get(i);
  }

  private static DoubleUnaryOperator of(String name, Iterator<Float> alpha, Iterator<Float> beta) {
    return switch (name) {
      case "relu" -> x -> Math.max(x, 0);
      case "tanh" -> Math::tanh;
      case "sigmoid" -> new Sigmoid()::apply;
      case "softsign" -> new Softsign()::apply;
      case "softplus" -> new Softplus()::apply;
      case "leakyrelu" -> new LeakyRelu(next(alpha, 0.01f))::apply;
      case "thresholdedrelu" -> new ThresholdedRelu(next(alpha, 1))::apply;
      case "elu" -> new Elu(next(alpha, 1))::apply;
      case "hardsigmoid" -> new HardSigmoid(next(alpha, 0.2f), next(beta, 0.5f))::apply;
      case "affine" -> {
        double a = next(alpha, 1);
        double b = next(beta, 0);
        yield x -> a * x + b;
      }
      case "scaledtanh" -> {
        double a = next(alpha, 1);
        double b = next(beta, 1);
        yield x -> a * Math.tanh(b * x);
      }
      default -> throw new GraphException("there is no activation '" + name + "'");
    };
  }

  private static float next(Iterator<Float> values, float missing) {
    return values.hasNext() ? values.next() : missing;
  }

  /** The value within ±limit; a limit of 0 is none. */
  static double clip(double value, double limit) {
    return limit == 0 ? value : Math.clamp(value, -limit, limit);
  }
}
