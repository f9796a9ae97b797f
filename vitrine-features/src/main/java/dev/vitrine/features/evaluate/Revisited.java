package dev.vitrine.features.evaluate;

import dev.vitrine.features.evaluate.RetrievalTruth.Answer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The scores of Radenović, Iscen, Tolias, Avrithis, Chum, Revisiting Oxford and Paris: large-scale
 * image retrieval benchmarking (2018), in their three setups. They don't count the junk of a setup
 * as right or wrong: it is taken out of the ranking.
 */
public enum Revisited {
  /** Easy pictures are right; hard ones are junk. */
  EASY {
    @Override
    int[] right(Answer a) {
      return a.easy();
    }

    @Override
    int[] junk(Answer a) {
      return join(a.junk(), a.hard());
    }
  },
  /** Easy and hard pictures are right. */
  MEDIUM {
    @Override
    int[] right(Answer a) {
      return join(a.easy(), a.hard());
    }

    @Override
    int[] junk(Answer a) {
      return a.junk();
    }
  },
  /** Hard pictures are right; easy ones are junk. */
  HARD {
    @Override
    int[] right(Answer a) {
      return a.hard();
    }

    @Override
    int[] junk(Answer a) {
      return join(a.junk(), a.easy());
    }
  };

  /** The lengths of the ranking's beginning for which the precision is given. */
  public static final List<Integer> DEPTHS = List.of(1, 5, 10);

  /**
   * Means over the queries that have right pictures; NaN when none has.
   *
   * @param map mean average precision, 0…1
   * @param precision mean precision of the first 1, 5 and 10, 0…1, or of as many as there are up to
   *     the last right one
   * @param queries how many count
   */
  public record Scores(double map, List<Double> precision, int queries) {}

  abstract int[] right(Answer a);

  abstract int[] junk(Answer a);

  /**
   * Scores rankings.
   *
   * @param rankings for each query indices of the whole database, most alike first
   */
  public Scores score(List<Answer> answers, List<int[]> rankings) {
    double map = 0;
    double[] precision = new double[DEPTHS.size()];
    int queries = 0;
    for (int q = 0; q < answers.size(); q++) {
      int[] right = right(answers.get(q));
      if (right.length == 0) {
        continue;
      }
      queries++;
      int[] positions = positions(rankings.get(q), right, junk(answers.get(q)));
      map += averagePrecision(positions, right.length);
      for (int d = 0; d < precision.length; d++) {
        precision[d] += precision(positions, DEPTHS.get(d));
      }
    }
    int n = queries;
    List<Double> means =
        IntStream.range(0, precision.length).mapToObj(d -> precision[d] / n).toList();
    return new Scores(map / n, means, n);
  }

  /** Where in a ranking without junk the right ones are, counted from 0. */
  static int[] positions(int[] ranking, int[] right, int[] junk) {
    Set<Integer> wanted = set(right);
    Set<Integer> ignored = set(junk);
    IntStream.Builder out = IntStream.builder();
    int before = 0;
    for (int r = 0; r < ranking.length; r++) {
      if (wanted.contains(ranking[r])) {
        out.add(r - before);
      }
      if (ignored.contains(ranking[r])) {
        before++;
      }
    }
    return out.build().toArray();
  }

  /** The area under the curve of precision over recall, in trapezoids. */
  static double averagePrecision(int[] positions, int right) {
    double sum = 0;
    for (int j = 0; j < positions.length; j++) {
      int rank = positions[j];
      double left = rank == 0 ? 1 : (double) j / rank;
      double here = (j + 1.0) / (rank + 1);
      sum += (left + here) / 2 / right;
    }
    return sum;
  }

  /** The share of right ones in the first {@code depth}, or up to the last right one. */
  static double precision(int[] positions, int depth) {
    if (positions.length == 0) {
      return 0;
    }
    int first = Math.min(positions[positions.length - 1] + 1, depth);
    long found = IntStream.of(positions).filter(p -> p < first).count();
    return (double) found / first;
  }

  private static Set<Integer> set(int[] values) {
    Set<Integer> out = new HashSet<>();
    for (int v : values) {
      out.add(v);
    }
    return out;
  }

  private static int[] join(int[] a, int[] b) {
    return IntStream.concat(IntStream.of(a), IntStream.of(b)).toArray();
  }
}
