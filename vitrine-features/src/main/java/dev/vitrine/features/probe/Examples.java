package dev.vitrine.features.probe;

import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Feature vectors with classes. The arrays are shared, not copied.
 *
 * @param values one vector after the other
 * @param width numbers of a vector
 * @param labels the class of each vector, an index of {@code classes}
 * @param classes names, each once
 */
public record Examples(float[] values, int width, int[] labels, List<String> classes) {
  /**
   * @throws VitrineException when a vector holds a value that is no finite number, a label has no
   *     class, or sizes don't fit
   */
  public Examples {
    classes = List.copyOf(classes);
    if (width < 1 || (long) labels.length * width != values.length) {
      throw new VitrineException(
          "%d numbers are not %d vectors of %d".formatted(values.length, labels.length, width));
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new VitrineException(
            "the features of example %d hold %s; compute them anew"
                .formatted(i / width, values[i]));
      }
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes.size()) {
        throw new VitrineException(
            "example %d has the class number %d; there are %d classes"
                .formatted(i, labels[i], classes.size()));
      }
    }
  }

  public int count() {
    return labels.length;
  }

  /** The number of examples of each class. */
  public int[] counts() {
    int[] counts = new int[classes.size()];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  /**
   * These examples, once it is certain that something can be learnt from them.
   *
   * @throws VitrineException naming the classes without an example, or when there is one class only
   */
  public Examples toLearnFrom() {
    int[] counts = counts();
    String empty =
        IntStream.range(0, counts.length)
            .filter(c -> counts[c] == 0)
            .limit(5)
            .mapToObj(c -> "'" + classes.get(c) + "'")
            .collect(Collectors.joining(", "));
    if (!empty.isEmpty()) {
      throw new VitrineException("no examples of " + empty + "; add some or leave the class out");
    }
    if (classes.size() < 2) {
      throw new VitrineException(
          "all examples are of one class" + classes + "; a classifier needs two or more");
    }
    return this;
  }

  /** Some of the examples, in that order. */
  public Examples rows(int[] rows) {
    float[] some = new float[Math.multiplyExact(rows.length, width)];
    int[] theirs = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(values, rows[i] * width, some, i * width, width);
      theirs[i] = labels[rows[i]];
    }
    return new Examples(some, width, theirs, classes);
  }

  /**
   * The same examples under another list of classes, by name.
   *
   * @throws VitrineException naming a class that has examples and is not in the list
   */
  public Examples under(List<String> others) {
    int[] counts = counts();
    int[] place = new int[classes.size()];
    for (int c = 0; c < place.length; c++) {
      place[c] = others.indexOf(classes.get(c));
      if (place[c] < 0 && counts[c] > 0) {
        throw new VitrineException(
            "the class '%s' was not learnt; the classes are %s"
                .formatted(
                    classes.get(c),
                    others.stream().limit(8).collect(Collectors.joining(", "))
                        + (others.size() > 8 ? ", …" : "")));
      }
    }
    int[] theirs = Arrays.stream(labels).map(c -> place[c]).toArray();
    return new Examples(values, width, theirs, others);
  }

  /** A part to learn from and the rest. */
  public record Split(Examples learn, Examples held) {}

  /**
   * Holds out a share of each class, at least one example where it has two or more.
   *
   * @param share between 0 and 1
   * @param seed decides which
   */
  public Split holdOut(double share, long seed) {
    if (!(share > 0 && share < 1)) {
      throw new VitrineException("the share to hold out is " + share + "; it lies between 0 and 1");
    }
    boolean[] held = new boolean[count()];
    Random random = new Random(seed);
    for (int c = 0; c < classes.size(); c++) {
      int label = c;
      List<Integer> rows =
          new ArrayList<>(
              IntStream.range(0, count()).filter(i -> labels[i] == label).boxed().toList());
      Collections.shuffle(rows, random);
      int n = Math.min(rows.size() - 1, Math.max(1, (int) Math.round(share * rows.size())));
      rows.subList(0, Math.max(0, n)).forEach(i -> held[i] = true);
    }
    return new Split(
        rows(IntStream.range(0, count()).filter(i -> !held[i]).toArray()),
        rows(IntStream.range(0, count()).filter(i -> held[i]).toArray()));
  }
}
