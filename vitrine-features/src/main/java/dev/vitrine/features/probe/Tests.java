package dev.vitrine.features.probe;

import dev.vitrine.features.evaluate.TopHits;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Counts right answers over many examples, some at a time. */
final class Tests {
  private static final int BLOCK = 256;

  private Tests() {}

  /**
   * @param scores gives the scores of vectors, class by class for each; called from several threads
   */
  static TopHits count(Examples examples, Function<float[], double[]> scores) {
    int width = examples.width();
    int k = examples.classes().size();
    int blocks = (examples.count() + BLOCK - 1) / BLOCK;
    double[][] all =
        IntStream.range(0, blocks)
            .parallel()
            .mapToObj(
                b -> {
                  int to = Math.min(examples.count(), (b + 1) * BLOCK);
                  return scores.apply(
                      Arrays.copyOfRange(examples.values(), b * BLOCK * width, to * width));
                })
            .toArray(double[][]::new);
    TopHits hits = new TopHits(examples.classes());
    for (int i = 0; i < examples.count(); i++) {
      int at = i % BLOCK * k;
      hits.add(examples.labels()[i], Arrays.copyOfRange(all[i / BLOCK], at, at + k));
    }
    return hits;
  }
}
