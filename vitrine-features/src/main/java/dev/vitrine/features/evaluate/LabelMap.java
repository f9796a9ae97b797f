package dev.vitrine.features.evaluate;

import dev.vitrine.graph.VitrineException;
import java.util.Arrays;
import java.util.Locale;

/** How the numbers in a file of labels become classes. */
public enum LabelMap {
  /** They are the classes. */
  NONE,
  /** Cityscapes' label ids, of which 19 are evaluated (cityscapesScripts, labels.py). */
  CITYSCAPES,
  /** The classes begin at 1 and 0 doesn't count, as in ADE20K. */
  FROM_ONE;

  /** What doesn't count. */
  public static final int IGNORED = 255;

  /** Cityscapes' id of each of the 19 classes, in order. */
  private static final int[] CITYSCAPES_IDS = {
    7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33
  };

  /** Such as {@code from-one}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Finds one by {@link #text()}.
   *
   * @throws VitrineException when there is none
   */
  public static LabelMap parse(String text) {
    for (LabelMap m : values()) {
      if (m.text().equals(text.toLowerCase(Locale.ROOT))) {
        return m;
      }
    }
    throw new VitrineException(
        "there is no label map '" + text + "'; choose none, cityscapes or from-one");
  }

  /** The map that a file of labels needs, as far as its name tells. */
  public static LabelMap of(String file) {
    return file.contains("_labelIds.") ? CITYSCAPES : NONE;
  }

  /**
   * The class of each number 0…255; {@link #IGNORED} for what doesn't count.
   *
   * @param ignored a number that doesn't count either
   */
  int[] table(int ignored) {
    int[] table = new int[256];
    switch (this) {
      case NONE -> Arrays.setAll(table, i -> i);
      case FROM_ONE -> Arrays.setAll(table, i -> i == 0 ? IGNORED : i - 1);
      case CITYSCAPES -> {
        Arrays.fill(table, IGNORED);
        for (int c = 0; c < CITYSCAPES_IDS.length; c++) {
          table[CITYSCAPES_IDS[c]] = c;
        }
      }
    }
    if (ignored >= 0 && ignored < table.length) {
      table[ignored] = IGNORED;
    }
    return table;
  }
}
