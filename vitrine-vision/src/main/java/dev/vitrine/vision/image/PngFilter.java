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

  /**
   * Writes a row as it is stored with Paeth's filter, the inverse of {@link #undo}, after the
   * filter's number.
   *
   * @param pixels rows of {@code n} bytes
   * @param from where the row begins
   * @param step the bytes from a pixel to the next
   */
  static void predict(byte[] pixels, int from, int n, int step, byte[] out, int to) {
    out[to++] = 4;
    if (from == 0) {
      for (int i = 0; i < n; i++) {
        out[to + i] = (byte) (pixels[i] - (i < step ? 0 : pixels[i - step]));
      }
      return;
    }
    int head = Math.min(step, n);
    for (int i = from; i < from + head; i++, to++) {
      out[to] = (byte) (pixels[i] - pixels[i - n]);
    }
    for (int i = from + head; i < from + n; i++, to++) {
      int prediction =
          paeth(pixels[i - step] & 0xff, pixels[i - n] & 0xff, pixels[i - n - step] & 0xff);
      out[to] = (byte) (pixels[i] - prediction);
    }
  }

  private static int paeth(int left, int up, int corner) {
    int toLeft = up - corner;
    int toUp = left - corner;
    int toCorner = Math.abs(toLeft + toUp);
    toLeft = Math.abs(toLeft);
    toUp = Math.abs(toUp);
    return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
  }
}
