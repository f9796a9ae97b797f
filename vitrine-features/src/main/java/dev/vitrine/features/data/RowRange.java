package dev.vitrine.features.data;

import dev.vitrine.graph.VitrineException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Every so many of a list's rows: {@code FROM:TO:STEP} as Python's slices have it.
 *
 * @param from the first
 * @param to the one after the last; there may be fewer
 */
public record RowRange(int from, int to, int step) {
  public static final RowRange ALL = new RowRange(0, Integer.MAX_VALUE, 1);

  private static final Pattern TEXT = Pattern.compile("(\\d{0,9}):(\\d{0,9})(?::(\\d{0,9}))?");

  public RowRange {
    if (from < 0 || to <= from || step < 1) {
      throw new VitrineException(
          "the rows %d:%d:%d are none; write FROM:TO:STEP, such as 0::2".formatted(from, to, step));
    }
  }

  /**
   * Reads {@code FROM:TO:STEP}; each part may be left out.
   *
   * @throws VitrineException when it is something else
   */
  public static RowRange parse(String text) {
    Matcher m = TEXT.matcher(text);
    if (!m.matches()) {
      throw new VitrineException(
          "'" + text + "' are no rows; write FROM:TO:STEP, such as 0::2 for every other");
    }
    return new RowRange(
        m.group(1).isEmpty() ? 0 : Integer.parseInt(m.group(1)),
        m.group(2).isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(m.group(2)),
        m.group(3) == null || m.group(3).isEmpty() ? 1 : Integer.parseInt(m.group(3)));
  }

  /**
   * The rows that there are.
   *
   * @throws VitrineException when there is none
   */
  public int[] of(int count) {
    int[] rows =
        IntStream.range(from, Math.min(to, count)).filter(i -> (i - from) % step == 0).toArray();
    if (rows.length == 0) {
      throw new VitrineException("the rows " + this + " are none of " + count);
    }
    return rows;
  }

  @Override
  public String toString() {
    return from + ":" + (to == Integer.MAX_VALUE ? "" : to) + ":" + step;
  }
}
