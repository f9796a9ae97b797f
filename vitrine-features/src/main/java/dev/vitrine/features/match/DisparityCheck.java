package dev.vitrine.features.match;

import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.resize.FloatMap;
import java.nio.file.Path;
import java.util.List;

/**
 * True disparities of a rectified stereo pair: how many pixels further left each pixel of the left
 * picture is in the right one.
 *
 * @param disparities f32 or f64 {@code [height, width]} of the left picture; what is not finite is
 *     unknown
 */
public record DisparityCheck(Tensor disparities) {
  /**
   * How many correspondences are right.
   *
   * @param pairs all of them
   * @param rowWithinOne those in the same row of patches, or the next
   * @param known those whose disparity is known at the middle of the patch
   * @param withinOne of the known ones, those whose disparity is at most a patch off
   * @param withinHalf likewise half a patch
   */
  public record Counts(int pairs, int rowWithinOne, int known, int withinOne, int withinHalf) {
    public double rowShare() {
      return (double) rowWithinOne / pairs;
    }

    public double share() {
      return (double) withinOne / known;
    }

    public double halfShare() {
      return (double) withinHalf / known;
    }
  }

  /**
   * Reads a {@code .npy} file.
   *
   * @throws VitrineException naming the file when it is no map of numbers
   */
  public static DisparityCheck read(Path file) {
    Tensor t = Npy.read(file);
    if (t.rank() != 2 || !t.dtype().isFloat() || t.count() == 0) {
      throw new VitrineException(
          file + ": holds " + t.type() + ", not disparities f32[height, width]");
    }
    return new DisparityCheck(t);
  }

  /**
   * Counts what is right.
   *
   * @param left the grid that places belong to
   * @param height of the left picture, as {@code width}
   * @throws VitrineException when the disparities are of a picture of another size
   */
  public Counts count(List<Correspondence> all, FloatMap left, int height, int width) {
    if (disparities.size(0) != height || disparities.size(1) != width) {
      throw new VitrineException(
          "the disparities are %d×%d, the left picture is %d×%d"
              .formatted(disparities.size(0), disparities.size(1), height, width));
    }
    double patch = (double) width / left.width();
    int rows = 0;
    int known = 0;
    int right = 0;
    int half = 0;
    for (Correspondence c : all) {
      rows += Math.abs(c.otherRow() - c.row()) <= 1 ? 1 : 0;
      int y = (int) ((c.row() + 0.5) * height / left.height());
      int x = (int) ((c.column() + 0.5) * patch);
      double disparity = disparities.real((long) y * width + x);
      if (Double.isFinite(disparity)) {
        known++;
        double off = Math.abs(c.column() - c.otherColumn() - disparity / patch);
        right += off <= 1 ? 1 : 0;
        half += off <= 0.5 ? 1 : 0;
      }
    }
    return new Counts(all.size(), rows, known, right, half);
  }
}
