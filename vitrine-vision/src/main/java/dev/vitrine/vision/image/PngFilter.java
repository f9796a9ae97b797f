package dev.vitrine.vision.image;

import java.io.IOException;

/** The five row filters of PNG, each a prediction of a byte from those to the left and above. */
final class PngFilter {
  static final int COUNT = 5;

  private PngFilter() {}

  /**
   * Restores a row in place.
   *
   * @param above the restored row above; zeros for the first
   * @param step the bytes from a pixel to the next, at least 1
   */
  static void undo(int filter, byte[] row, byte[] above, int step) throws IOException {
    int n = row.length;
    int head = Math.min(step, n);
    switch (filter) {
      case 0 -> {}
      case 1 -> {
        for (int i = step; i < n; i++) {
          row[i] += row[i - step];
        }
      }
      case 2 -> {
        for (int i = 0; i < n; i++) {
          row[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = 0; i < head; i++) {
          row[i] += (byte) ((above[i] & 0xff) >> 1);
        }
        for (int i = step; i < n; i++) {
          row[i] += (byte) (((row[i - step] & 0xff) + (above[i] & 0xff)) >> 1);
        }
      }
      case 4 -> {
        for (int i = 0; i < head; i++) {
          row[i] += above[i];
        }
        for (int i = step; i < n; i++) {
          row[i] += (byte) paeth(row[i - step] & 0xff, above[i] & 0xff, above[i - step] & 0xff);
        }
      }
      default -> throw new IOException("a row has the unknown filter " + filter);
    }
  }

  /** The row filtered, into {@code out}; the inverse of {@link #undo}. */
  static void apply(int filter, byte[] row, byte[] above, int step, byte[] out) {
    for (int i = 0; i < row.length; i++) {
      int left = i < step ? 0 : row[i - step] & 0xff;
      int up = above[i] & 0xff;
      int corner = i < step ? 0 : above[i - step] & 0xff;
      int prediction =
          switch (filter) {
            case 0 -> 0;
            case 1 -> left;
            case 2 -> up;
            case 3 -> (left + up) >> 1;
            default -> paeth(left, up, corner);
          };
      out[i] = (byte) (row[i] - prediction);
    }
  }

  private static int paeth(int left, int up, int corner) {
    int p = left + up - corner;
    int toLeft = Math.abs(p - left);
    int toUp = Math.abs(p - up);
    int toCorner = Math.abs(p - corner);
    return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
  }
}
