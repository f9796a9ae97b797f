package dev.vitrine.engine;

import java.util.Arrays;

/**
 * How long runs took, in milliseconds. A percentile is the least time that so many of the runs kept
 * to.
 */
public record Latency(
    double min, double median, double mean, double p90, double p95, double p99, double max) {
  /**
   * @param nanoseconds of each run, at least one
   */
  static Latency of(long[] nanoseconds) {
    long[] sorted = nanoseconds.clone();
    Arrays.sort(sorted);
    return new Latency(
        sorted[0] * 1e-6,
        median(sorted),
        Arrays.stream(sorted).average().orElseThrow() * 1e-6,
        percentile(sorted, 90),
        percentile(sorted, 95),
        percentile(sorted, 99),
        sorted[sorted.length - 1] * 1e-6);
  }

  private static double median(long[] sorted) {
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) * 0.5e-6;
  }

  private static double percentile(long[] sorted, int percent) {
    return sorted[Math.ceilDiv(sorted.length * percent, 100) - 1] * 1e-6;
  }
}
