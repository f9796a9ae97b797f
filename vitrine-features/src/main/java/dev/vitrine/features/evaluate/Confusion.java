package dev.vitrine.features.evaluate;

import dev.vitrine.graph.VitrineException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** How often each class was taken for each. For one thread. */
public final class Confusion {
  private final List<String> classes;
  private final long[] counts;

  public Confusion(List<String> classes) {
    this.classes = List.copyOf(classes);
    this.counts = new long[Math.multiplyExact(classes.size(), classes.size())];
  }

  public List<String> classes() {
    return classes;
  }

  /** Counts one more example of {@code truth} that was taken for {@code found}. */
  public void add(int truth, int found) {
    counts[truth * classes.size() + found]++;
  }

  /** Adds the counts of another with the same classes. */
  public void add(Confusion other) {
    if (!other.classes.equals(classes)) {
      throw new VitrineException("confusions of different classes can't be added");
    }
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  /** How many examples of {@code truth} were taken for {@code found}. */
  public long count(int truth, int found) {
    return counts[truth * classes.size() + found];
  }

  public long total() {
    return Arrays.stream(counts).sum();
  }

  /** How many examples a class has. */
  public long examples(int c) {
    return IntStream.range(0, classes.size()).mapToLong(f -> count(c, f)).sum();
  }

  /** How many examples were taken for a class. */
  public long found(int c) {
    return IntStream.range(0, classes.size()).mapToLong(t -> count(t, c)).sum();
  }

  /** The share of all that were taken for what they are; NaN when there are none. */
  public double accuracy() {
    long right = IntStream.range(0, classes.size()).mapToLong(c -> count(c, c)).sum();
    return (double) right / total();
  }

  /** The share of a class's examples that were found; NaN when it has none. */
  public double recall(int c) {
    return (double) count(c, c) / examples(c);
  }

  /** The share of what was taken for a class that is of it; NaN when nothing was. */
  public double precision(int c) {
    return (double) count(c, c) / found(c);
  }

  /** Intersection over union, TP ÷ (TP + FP + FN); NaN for a class that is nowhere. */
  public double iou(int c) {
    return (double) count(c, c) / (examples(c) + found(c) - count(c, c));
  }

  /** The mean IoU of the classes that are somewhere. */
  public double meanIou() {
    return mean(IntStream.range(0, classes.size()).mapToDouble(this::iou).toArray());
  }

  /** The mean recall of the classes that have examples. */
  public double meanRecall() {
    return mean(IntStream.range(0, classes.size()).mapToDouble(this::recall).toArray());
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).average().orElse(Double.NaN);
  }
}
