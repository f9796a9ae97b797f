package dev.vitrine.features.search;

import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A picture that a search found.
 *
 * @param path where it is, or was when it was indexed
 * @param height in pixels, as {@code width}
 * @param score the cosine
 * @param patches how much its parts have in common with the query's, 0…1, where {@link
 *     PatchRanking} looked; NaN where it couldn't read the picture
 */
public record Found(Path path, int height, int width, float score, OptionalDouble patches) {
  Found withPatches(double value) {
    return new Found(path, height, width, score, OptionalDouble.of(value));
  }

  /** The scores, such as {@code 0.873} or {@code 0.873 patches 0.412}. */
  public String scores() {
    String cosine = String.format(Locale.ROOT, "%.3f", score);
    return patches.isEmpty()
        ? cosine
        : cosine + String.format(Locale.ROOT, "  patches %.3f", patches.getAsDouble());
  }
}
