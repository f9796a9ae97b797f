package dev.vitrine.vision.image;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * A picture's layout in blocks of 8 × 8 samples.
 *
 * @param mcuRows rows of minimum coded units, the groups of blocks that interleaved scans are made
 *     of
 * @param mcuColumns such units in a row
 */
record JpegFrame(
    int height,
    int width,
    boolean progressive,
    int mcuRows,
    int mcuColumns,
    List<JpegComponent> components) {
  /**
   * @param channels for each its name, its horizontal and vertical sampling and its quantizer
   * @param fileSize each block takes at least a bit, so a small file can't hold a large picture
   */
  static JpegFrame of(int height, int width, boolean progressive, int[][] channels, int fileSize)
      throws IOException {
    int across = 1;
    int down = 1;
    for (int[] c : channels) {
      if (c[1] < 1 || c[1] > 4 || c[2] < 1 || c[2] > 4) {
        throw new IOException("its channels have a sampling of " + c[1] + "×" + c[2]);
      }
      across = Math.max(across, c[1]);
      down = Math.max(down, c[2]);
    }
    int rows = ceil(height, 8 * down);
    int columns = ceil(width, 8 * across);
    long blocks = 0;
    for (int[] c : channels) {
      if (across % c[1] != 0 || down % c[2] != 0) {
        throw new IOException("its channels are sampled at ratios that are no whole numbers");
      }
      blocks += (long) rows * columns * c[1] * c[2];
    }
    if (blocks > 8L * fileSize) {
      throw new IOException("its " + fileSize + " bytes can't hold " + height + "×" + width);
    }
    JpegComponent[] components = new JpegComponent[channels.length];
    for (int i = 0; i < channels.length; i++) {
      int[] c = channels[i];
      components[i] =
          new JpegComponent(
              c[0],
              c[1],
              c[2],
              c[3],
              ceil(height * c[2], down),
              ceil(width * c[1], across),
              rows * c[2],
              columns * c[1],
              progressive);
    }
    return new JpegFrame(height, width, progressive, rows, columns, List.of(components));
  }

  static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }

  JpegComponent component(int id) throws IOException {
    for (JpegComponent c : components) {
      if (c.id() == id) {
        return c;
      }
    }
    throw new IOException("a scan names channel " + id + ", which it doesn't have");
  }

  int maxAcross() {
    return components.stream().mapToInt(JpegComponent::across).max().orElseThrow();
  }

  int maxDown() {
    return components.stream().mapToInt(JpegComponent::down).max().orElseThrow();
  }

  /** Whether every channel has been in a scan. */
  boolean isComplete() {
    return components.stream().allMatch(JpegComponent::isDecoded);
  }

  /** Names of the channels, in order. */
  int[] ids() {
    int[] ids = new int[components.size()];
    Arrays.setAll(ids, i -> components.get(i).id());
    return ids;
  }
}
