package dev.vitrine.vision;

import java.util.Locale;

/** How long runs of a model took, in milliseconds. */
public record Repeats(int count, double average, double max, double min) {
  public static final Repeats NONE = new Repeats(0, 0, 0, 0);

  /** These runs and one more. */
  public Repeats and(double milliseconds) {
    return count == 0
        ? new Repeats(1, milliseconds, milliseconds, milliseconds)
        : new Repeats(
            count + 1,
            average + (milliseconds - average) / (count + 1),
            Math.max(max, milliseconds),
            Math.min(min, milliseconds));
  }

  /** The line that the vendors' samples print. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "Repeat %d times, avg time %.2f ms, max_time %.2f ms, min_time %.2f ms",
        count,
        average,
        max,
        min);
  }
}
