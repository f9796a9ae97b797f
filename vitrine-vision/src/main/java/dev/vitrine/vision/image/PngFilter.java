package dev.vitrine.vision.image;

import java.io.IOException;

/** The five row filters of PNG, each a prediction of a byte from those to the left and above. */
final class PngFilter {
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

  /** A row as it is stored without a filter. */
  static byte[] plain(byte[] row) {
    byte[] out = new byte[row.length + 1];
    System.arraycopy(row, 0, out, 1, row.length);
    return out;
  }

  /** A row as it is stored with Paeth's filter, the inverse of {@link #undo}. */
  static byte[] predicted(byte[] row, byte[] above, int step) {
    byte[] out = new byte[row.length + 1];
    out[0] = 4;
    for (int i = 0; i < Math.min(step, row.length); i++) {
      out[i + 1] = (byte) (row[i] - above[i]);
    }
    for (int i = step; i < row.length; i++) {
      int prediction = paeth(row[i - step] & 0xff, above[i] & 0xff, above[i - step] & 0xff);
      out[i + 1] = (byte) (row[i] - prediction);
    }
    return out;
  }

  private static int paeth(int left, int up, int corner) {
    int p = left + up - corner;
    int toLeft = Math.abs(p - left);
    int toUp = Math.abs(p - up);
    int toCorner = Math.abs(p - corner);
    return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
  }
}
