package dev.vitrine.graph;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Names that a mistyped one may have meant. */
public final class Suggestions {
  private static final int MOST = 3;

  private Suggestions() {}

  /**
   * What to throw when a name is not among those that there are.
   *
   * @param what the kind of thing, such as {@code value}
   */
  public static VitrineException unknown(String what, String name, Collection<String> names) {
    List<String> nearest = nearest(name, names);
    return new VitrineException(
        "there is no "
            + what
            + " '"
            + name
            + "'"
            + (nearest.isEmpty() ? "" : "; perhaps '" + String.join("', '", nearest) + "'"));
  }

  /** The few names that differ least, best first. */
  public static List<String> nearest(String name, Collection<String> names) {
    return names.stream()
        .distinct()
        .sorted(Comparator.comparingInt((String n) -> distance(name, n)).thenComparing(n -> n))
        .limit(MOST)
        .toList();
  }

  /** Levenshtein's distance, on names cut to a length that keeps it quick. */
  private static int distance(String a, String b) {
    int most = 80;
    String s = a.substring(Math.max(0, a.length() - most));
    String t = b.substring(Math.max(0, b.length() - most));
    int[] row = new int[t.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= s.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int substituted = diagonal + (s.charAt(i - 1) == t.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[t.length()];
  }
}
