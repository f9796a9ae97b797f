package dev.vitrine.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runners timed in turn in one process: a round of one, a round of the other, and again, so that
 * whatever else the machine does meets both. Before a round there is a pause in which the other's
 * threads, which may spin for a while, go to sleep, and a run that doesn't count, which brings its
 * own weights back into the caches.
 *
 * @param milliseconds for each runner and round the times of its runs
 */
record Rounds(List<List<double[]>> milliseconds) {
  private static final long PAUSE = 200;

  /**
   * @param rounds at least 1
   * @param runs of a round, at least 1
   */
  static Rounds of(List<? extends Runner> runners, int rounds, int runs) {
    List<List<double[]>> all = new ArrayList<>();
    runners.forEach(_ -> all.add(new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < runners.size(); i++) {
        // Who begins changes from round to round.
        int turn = (i + round) % runners.size();
        all.get(turn).add(round(runners.get(turn), runs));
      }
    }
    return new Rounds(all);
  }

  private static double[] round(Runner runner, int runs) {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    runner.run();
    double[] times = new double[runs];
    for (int i = 0; i < runs; i++) {
      long start = System.nanoTime();
      runner.run();
      times[i] = (System.nanoTime() - start) * 1e-6;
    }
    return times;
  }

  /** Of all of a runner's runs. */
  double median(int runner) {
    return median(milliseconds.get(runner).stream().flatMapToDouble(Arrays::stream).toArray());
  }

  double min(int runner) {
    return milliseconds.get(runner).stream().flatMapToDouble(Arrays::stream).min().orElseThrow();
  }

  /**
   * The median of a round of one by that of the same round of the other, for each round, sorted.
   */
  double[] ratios(int runner, int other) {
    double[] out = new double[milliseconds.get(runner).size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = median(milliseconds.get(runner).get(i)) / median(milliseconds.get(other).get(i));
    }
    Arrays.sort(out);
    return out;
  }

  /** The middle one, or the mean of the two in the middle. */
  static double median(double[] x) {
    double[] sorted = x.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
