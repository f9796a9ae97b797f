package dev.vitrine.vision.pca;

import dev.vitrine.vision.resize.FloatMap;
import java.util.List;

/**
 * Tells object from background by the first principal component, which in self-supervised features
 * mostly separates the two. Otsu's threshold cuts it; of the two sides the one that is rarer along
 * the pictures' borders than inside them is the foreground.
 *
 * @param threshold of {@link #sign} times the component; above is foreground
 * @param sign 1 or −1
 */
record Foreground(float threshold, int sign) {
  /**
   * @param maps the first component of each picture, one channel
   */
  static Foreground of(List<FloatMap> maps) {
    float cut = Otsu.threshold(PcaPainter.join(maps));
    long border = 0;
    long borderAbove = 0;
    long inside = 0;
    long insideAbove = 0;
    for (FloatMap map : maps) {
      for (int i = 0; i < map.cells(); i++) {
        int y = i / map.width();
        int x = i % map.width();
        boolean edge = y == 0 || x == 0 || y == map.height() - 1 || x == map.width() - 1;
        int above = map.values()[i] > cut ? 1 : 0;
        if (edge) {
          border++;
          borderAbove += above;
        } else {
          inside++;
          insideAbove += above;
        }
      }
    }
    boolean aboveIsObject = borderAbove * inside <= insideAbove * border;
    return aboveIsObject ? new Foreground(cut, 1) : new Foreground(-cut, -1);
  }

  boolean contains(float component) {
    return sign * component > threshold;
  }

  /**
   * Gives background cells near the object the mean of the object's cells beside them, in two
   * rings, so that interpolation along its outline mixes no background into its colours.
   *
   * @param first the first component
   * @param map the values to change, on the same cells
   */
  void bleed(FloatMap first, FloatMap map) {
    boolean[] done = new boolean[map.cells()];
    for (int i = 0; i < done.length; i++) {
      done[i] = contains(first.values()[i]);
    }
    for (int ring = 0; ring < 2; ring++) {
      boolean[] known = done.clone();
      for (int i = 0; i < known.length; i++) {
        done[i] |= !known[i] && fill(map, known, i);
      }
    }
  }

  private static boolean fill(FloatMap map, boolean[] known, int cell) {
    int channels = map.channels();
    float[] sums = new float[channels];
    int n = 0;
    int y = cell / map.width();
    int x = cell % map.width();
    for (int v = Math.max(0, y - 1); v <= Math.min(map.height() - 1, y + 1); v++) {
      for (int u = Math.max(0, x - 1); u <= Math.min(map.width() - 1, x + 1); u++) {
        int from = v * map.width() + u;
        if (known[from]) {
          n++;
          for (int c = 0; c < channels; c++) {
            sums[c] += map.values()[from * channels + c];
          }
        }
      }
    }
    for (int c = 0; c < channels && n > 0; c++) {
      map.values()[cell * channels + c] = sums[c] / n;
    }
    return n > 0;
  }
}
