package dev.vitrine.features.evaluate;

import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Counts of right answers among the best one and the best five. For one thread. */
public final class TopHits {
  /** What stands for all answers that are none of the classes. */
  public static final String OTHER = "(other)";

  private static final int SEVERAL = 5;

  private final Confusion confusion;
  private final int[] answers;
  private final int[] classOf;
  private long amongSeveral;

  /** Answers are the classes, in order. */
  public TopHits(List<String> classes) {
    this(classes, IntStream.range(0, classes.size()).toArray(), classes.size());
  }

  /**
   * @param answers the number of the answer that is right for each class
   * @param count how many answers there are; those of no class are counted as {@link #OTHER}
   */
  public TopHits(List<String> classes, int[] answers, int count) {
    List<String> all = new ArrayList<>(classes);
    if (count > classes.size()) {
      all.add(OTHER);
    }
    this.confusion = new Confusion(all);
    this.answers = answers.clone();
    this.classOf = new int[count];
    Arrays.fill(classOf, classes.size());
    for (int c = 0; c < answers.length; c++) {
      classOf[answers[c]] = c;
    }
  }

  /**
   * Counts one example.
   *
   * @param truth its class
   * @param scores by answer; of equal ones the lower answer comes first
   * @throws VitrineException when a score is no number
   */
  public void add(int truth, double[] scores) {
    int right = answers[truth];
    int best = 0;
    int better = 0;
    for (int a = 0; a < scores.length; a++) {
      if (Double.isNaN(scores[a])) {
        throw new VitrineException("the score of answer " + a + " is NaN; check the model");
      }
      best = scores[a] > scores[best] ? a : best;
      better += scores[a] > scores[right] || (scores[a] == scores[right] && a < right) ? 1 : 0;
    }
    confusion.add(truth, classOf[best]);
    amongSeveral += better < SEVERAL ? 1 : 0;
  }

  public Confusion confusion() {
    return confusion;
  }

  /** The share of examples whose class had the best score; NaN without examples. */
  public double top1() {
    return confusion.accuracy();
  }

  /** The share of examples whose class was among the best five. */
  public double top5() {
    return (double) amongSeveral / confusion.total();
  }
}
