package dev.vitrine.vision.task;

import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a classifier's outputs say about one picture. */
public final class Classification {
  /** How far from 1 the sum of probabilities may be. */
  private static final double ROUNDING = 1e-3;

  /**
   * A class.
   *
   * @param index among the model's outputs
   * @param score the output itself, usually a logit
   * @param probability of the class, 0…1
   */
  public record Guess(int index, String name, double score, double probability) {}

  private Classification() {}

  /**
   * The likeliest classes of each picture, best first; of equals the one with the lower index.
   * Probabilities are the outputs' softmax, or the outputs themselves when these are none below
   * zero and sum to one.
   *
   * @param outputs {@code [n, classes]}, or that with sizes of 1 between or after
   * @param labels names by index; classes past its end are called by their number
   * @param top how many classes, at least 1
   */
  public static List<List<Guess>> of(Tensor outputs, List<String> labels, int top) {
    int pictures = outputs.rank() == 1 ? 1 : Math.toIntExact(outputs.size(0));
    long classes = pictures == 0 ? 0 : outputs.count() / pictures;
    long widest =
        Arrays.stream(outputs.shape().sizes()).skip(outputs.rank() == 1 ? 0 : 1).max().orElse(0);
    if (classes < 1 || widest != classes || top < 1) {
      throw new GraphException(
          "an output " + outputs.type() + " is no list of classes; use segment or run");
    }
    float[] all = outputs.toFloats();
    List<List<Guess>> out = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      int n = (int) classes;
      out.add(guesses(Arrays.copyOfRange(all, i * n, (i + 1) * n), labels, top));
    }
    return out;
  }

  private static List<Guess> guesses(float[] scores, List<String> labels, int top) {
    double[] probabilities = probabilities(scores);
    Integer[] order = new Integer[scores.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Float.compare(scores[b], scores[a]));
    return Arrays.stream(order)
        .limit(top)
        .map(
            i -> {
              String name = i < labels.size() ? labels.get(i) : "class " + i;
              return new Guess(i, name, scores[i], probabilities[i]);
            })
        .toList();
  }

  private static double[] probabilities(float[] scores) {
    double[] p = new double[scores.length];
    double sum = 0;
    double max = Double.NEGATIVE_INFINITY;
    double min = Double.POSITIVE_INFINITY;
    for (int i = 0; i < p.length; i++) {
      p[i] = scores[i];
      sum += p[i];
      max = Math.max(max, p[i]);
      min = Math.min(min, p[i]);
    }
    if (!Double.isFinite(sum)) {
      throw new GraphException("the model's output has values that are no finite numbers");
    }
    if (min >= 0 && Math.abs(sum - 1) < ROUNDING) {
      return p;
    }
    sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(p[i] - max);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }
}
