package dev.vitrine.features.evaluate;

import dev.vitrine.graph.VitrineException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Finds which of a model's labels each class of a data set is. */
final class ClassNames {
  private ClassNames() {}

  /**
   * The label of each class. A class is a label when it is its name or one of its names between
   * commas, whatever the case, with spaces, underscores and hyphens taken for the same; or, when
   * all classes are whole numbers and none is a name, the label of that number.
   *
   * @throws VitrineException naming a class that is no label, or two that are the same
   */
  static int[] match(List<String> classes, List<String> labels) {
    Map<String, Integer> byName = new HashMap<>();
    for (int i = 0; i < labels.size(); i++) {
      byName.putIfAbsent(plain(labels.get(i)), i);
    }
    for (int i = 0; i < labels.size(); i++) {
      for (String part : labels.get(i).split(",")) {
        byName.putIfAbsent(plain(part), i);
      }
    }
    boolean numbers =
        classes.stream().allMatch(c -> c.matches("\\d{1,7}"))
            && classes.stream().noneMatch(c -> byName.containsKey(plain(c)));
    int[] out = new int[classes.size()];
    Set<Integer> taken = new HashSet<>();
    for (int c = 0; c < out.length; c++) {
      String name = classes.get(c);
      Integer label = numbers ? Integer.valueOf(name) : byName.get(plain(name));
      if (label == null || label >= labels.size()) {
        throw new VitrineException(
            "the class '%s' is none of the model's %d labels (%s, …); rename its folder or give --labels"
                .formatted(
                    name,
                    labels.size(),
                    String.join(", ", labels.subList(0, Math.min(3, labels.size())))));
      }
      if (!taken.add(label)) {
        throw new VitrineException(
            "two classes, one of them '" + name + "', are the label '" + labels.get(label) + "'");
      }
      out[c] = label;
    }
    return out;
  }

  private static String plain(String name) {
    return name.strip().toLowerCase(Locale.ROOT).replaceAll("[ _-]+", " ");
  }
}
