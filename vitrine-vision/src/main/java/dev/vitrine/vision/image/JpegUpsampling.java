package dev.vitrine.vision.image;

import dev.vitrine.engine.generated.JpegKernels;
import java.util.Arrays;

/**
 * Gives the rows of a channel at the picture's size. Channels at half size are interpolated with
 * weights ¾ and ¼, others repeated; the rounding is that of the IJG's library.
 */
final class JpegUpsampling {
  private final JpegComponent component;
  private final int across;
  private final int down;

  private JpegUpsampling(JpegComponent component, int across, int down) {
    this.component = component;
    this.across = across;
    this.down = down;
  }

  /** For a picture whose finest channels have these samplings. */
  static JpegUpsampling of(JpegComponent component, int maxAcross, int maxDown) {
    return new JpegUpsampling(
        component, maxAcross / component.across(), maxDown / component.down());
  }

  /** Row {@code y} of the picture, at least as long as it is wide. */
  byte[] row(int y) {
    byte[] samples = component.samples();
    int from = component.row(y / down);
    int width = component.width();
    if (across == 1 && down == 1) {
      return Arrays.copyOfRange(samples, from, from + width);
    }
    if (across == 1 && down == 2) {
      return between(samples, from, neighbour(y), width, y % 2 == 0 ? 1 : 2);
    }
    if (across == 2 && down == 1 && isSmooth()) {
      int[] values = new int[width];
      for (int x = 0; x < width; x++) {
        values[x] = samples[from + x] & 0xff;
      }
      return wider(values, 2, 1, 2);
    }
    if (across == 2 && down == 2 && isSmooth()) {
      int[] values = new int[width];
      int other = neighbour(y);
      for (int x = 0; x < width; x++) {
        values[x] = 3 * (samples[from + x] & 0xff) + (samples[other + x] & 0xff);
      }
      return wider(values, 4, 8, 7);
    }
    byte[] out = new byte[width * across];
    for (int x = 0; x < out.length; x++) {
      out[x] = samples[from + x / across];
    }
    return out;
  }

  /** Gives row {@code y} to a plane. */
  void row(int y, JpegKernels kernels, int plane) {
    int from = component.row(y / down);
    int width = component.width();
    byte[] samples = component.samples();
    if (across == 1 && down == 1) {
      kernels.plane(plane, samples, from, width);
    } else if (across == 2 && down == 1 && isSmooth()) {
      kernels.wider(plane, samples, from, width);
    } else if (across == 2 && down == 2 && isSmooth()) {
      kernels.wider(plane, samples, from, neighbour(y), width);
    } else {
      byte[] row = row(y);
      kernels.plane(plane, row, 0, row.length);
    }
  }

  private boolean isSmooth() {
    return component.width() > 2;
  }

  /** Where the nearer of the rows above and below begins, inside the picture. */
  private int neighbour(int y) {
    int row = y / 2 + (y % 2 == 0 ? -1 : 1);
    return component.row(Math.clamp(row, 0, component.height() - 1));
  }

  private static byte[] between(byte[] samples, int near, int far, int width, int bias) {
    byte[] out = new byte[width];
    for (int x = 0; x < width; x++) {
      out[x] = (byte) ((3 * (samples[near + x] & 0xff) + (samples[far + x] & 0xff) + bias) >> 2);
    }
    return out;
  }

  /**
   * Twice as many values, each ¾ of the nearer and ¼ of the next.
   *
   * @param bits by which sums of weights 4 are shifted down
   * @param left the rounding of values with their left neighbour
   * @param right the rounding of values with their right neighbour
   */
  private static byte[] wider(int[] values, int bits, int left, int right) {
    int n = values.length;
    byte[] out = new byte[2 * n];
    for (int x = 0; x < n; x++) {
      int before = values[Math.max(0, x - 1)];
      int after = values[Math.min(n - 1, x + 1)];
      out[2 * x] = (byte) ((3 * values[x] + before + left) >> bits);
      out[2 * x + 1] = (byte) ((3 * values[x] + after + right) >> bits);
    }
    return out;
  }
}
