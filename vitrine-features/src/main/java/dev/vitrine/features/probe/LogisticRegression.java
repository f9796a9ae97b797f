package dev.vitrine.features.probe;

import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Multinomial logistic regression: the weights that minimise C · Σ loss + ½‖W‖², intercepts free.
 * The objective is strictly convex in the weights, so the result depends on the examples alone.
 *
 * <p>The search sees each feature at mean 0 and deviation 1, where it needs few steps.
 *
 * @param standardise penalise the weights of the features so scaled, which makes one C mean the
 *     same for all; else those of the features as they are, as scikit-learn does. The classifier
 *     takes the features as they are in both cases.
 * @param iterations the most steps of the search
 */
public record LogisticRegression(boolean standardise, int iterations) {
  /** No derivative of the mean loss is larger at the end. */
  private static final double TOLERANCE = 1e-5;

  public LogisticRegression {
    if (iterations < 1) {
      throw new VitrineException(
          "the number of iterations is " + iterations + "; it is at least 1");
    }
  }

  public static LogisticRegression plain() {
    return new LogisticRegression(false, 1000);
  }

  /**
   * A fitted classifier.
   *
   * @param loss the mean of −log(probability of the right class) and the penalty's share
   * @param converged false when the iterations ran out
   */
  public record Fit(LinearHead head, double c, int iterations, double loss, boolean converged) {}

  /**
   * Fits one classifier.
   *
   * @param c how much the examples weigh against small weights, above 0
   * @param about kept with the classifier
   */
  public Fit fit(Examples examples, double c, Map<String, String> about) {
    return fit(scaled(examples), c, null, about).fit();
  }

  /** What the search of the next C starts from. */
  private record Found(Fit fit, double[] x) {}

  private record Scaled(Examples examples, Scaling scaling) {}

  private static Scaled scaled(Examples examples) {
    Scaling scaling = Scaling.of(examples.toLearnFrom());
    return new Scaled(scaling.apply(examples), scaling);
  }

  private Found fit(Scaled scaled, double c, double[] start, Map<String, String> about) {
    if (!(c > 0) || Double.isInfinite(c)) {
      throw new VitrineException("C is " + c + "; it is a number above 0");
    }
    Examples examples = scaled.examples;
    double[] units = standardise ? Scaling.ones(examples.width()) : scaled.scaling.deviation();
    LogisticLoss loss = new LogisticLoss(examples, c, units);
    double[] from = start == null ? new double[loss.unknowns()] : start;
    Lbfgs.Minimum m = new Lbfgs(iterations, TOLERANCE).minimise(loss, from);
    double[] rows = scaled.scaling.unfold(m.x());
    int k = examples.classes().size();
    int width = examples.width();
    float[] weight = new float[Math.multiplyExact(k, width)];
    float[] bias = new float[k];
    for (int row = 0; row < k; row++) {
      for (int j = 0; j < width; j++) {
        weight[row * width + j] = (float) rows[row * (width + 1) + j];
      }
      bias[row] = (float) rows[row * (width + 1) + width];
    }
    LinearHead head =
        new LinearHead(
            Tensor.f32(Shape.of(k, width), weight),
            Tensor.f32(Shape.of(k), bias),
            examples.classes(),
            about);
    return new Found(new Fit(head, c, m.iterations(), m.value(), m.converged()), m.x());
  }

  /**
   * One value of C tried on examples held out.
   *
   * @param top1 share of these that were right
   */
  public record Trial(double c, int iterations, double top1, boolean converged) {}

  /**
   * What a sweep found.
   *
   * @param fit to all examples, with the best C
   */
  public record Sweep(List<Trial> trials, Fit fit) {}

  /**
   * Tries values of C on a held-out share and fits all examples with the best; of equally good ones
   * with the smallest.
   *
   * @param values of C
   * @param share of each class to hold out
   * @param seed decides which examples
   */
  public Sweep sweep(
      Examples examples, List<Double> values, double share, long seed, Map<String, String> about) {
    Examples.Split split = examples.toLearnFrom().holdOut(share, seed);
    if (split.held().count() == 0) {
      throw new VitrineException(
          "no class has two examples, so none can be held out; state one C instead of several");
    }
    Scaled learn = scaled(split.learn());
    List<Trial> trials = new ArrayList<>();
    double[] x = null;
    Trial best = null;
    for (double c : values.stream().sorted().distinct().toList()) {
      Found found = fit(learn, c, x, about);
      x = found.x;
      Fit fit = found.fit;
      double top1 = fit.head().test(split.held()).top1();
      Trial trial = new Trial(c, fit.iterations(), top1, fit.converged());
      trials.add(trial);
      best = best == null || top1 > best.top1 ? trial : best;
    }
    return new Sweep(List.copyOf(trials), fit(examples, best.c, about));
  }
}
