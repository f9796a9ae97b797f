package dev.vitrine.features.search;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/** The k best of many scores; of equal ones those with the lower index. For one thread. */
public final class TopK {
  /**
   * A result.
   *
   * @param index of the row
   * @param score the higher the more alike
   */
  public record Hit(int index, float score) implements Comparable<Hit> {
    /** The better first. */
    @Override
    public int compareTo(Hit other) {
      int byScore = Float.compare(other.score, score);
      return byScore != 0 ? byScore : Integer.compare(index, other.index);
    }
  }

  private final int k;
  private final PriorityQueue<Hit> worstFirst = new PriorityQueue<>((a, b) -> b.compareTo(a));

  /** What doesn't exceed this can't be among the best; rows come in any order. */
  private float bound = Float.NEGATIVE_INFINITY;

  public TopK(int k) {
    this.k = k;
  }

  public void offer(int index, float score) {
    if (score < bound || Float.isNaN(score)) {
      return;
    }
    worstFirst.add(new Hit(index, score));
    if (worstFirst.size() > k) {
      worstFirst.remove();
    }
    if (worstFirst.size() == k) {
      bound = k == 0 ? Float.POSITIVE_INFINITY : worstFirst.peek().score();
    }
  }

  /** The best so far, best first. */
  public List<Hit> best() {
    List<Hit> all = new ArrayList<>(worstFirst);
    all.sort(null);
    return all;
  }
}
