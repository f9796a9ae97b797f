package dev.vitrine.features.evaluate;

import dev.vitrine.graph.VitrineException;
import java.util.List;

/** Counts of right answers among the best one and the best five. For one thread. */
public final class TopHits {
  private static final int SEVERAL = 5;

  private final Confusion confusion;
  private long amongSeveral;

  public TopHits(List<String> classes) {
    this.confusion = new Confusion(classes);
  }

  /**
   * Counts one example.
   *
   * @param scores by class; of equal ones the lower class comes first
   * @throws VitrineException when the right class's score is no number
   */
  public void add(int truth, double[] scores) {
    double own = scores[truth];
    int best = 0;
    int better = 0;
    for (int c = 0; c < scores.length; c++) {
      if (Double.isNaN(scores[c])) {
        throw new VitrineException("the score of '" + confusion.classes().get(c) + "' is NaN");
      }
      best = scores[c] > scores[best] ? c : best;
      better += scores[c] > own || (scores[c] == own && c < truth) ? 1 : 0;
    }
    confusion.add(truth, best);
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
