package dev.vitrine.vision.resize;

import dev.vitrine.vision.image.Image;
import java.util.Arrays;

/**
 * The class with the largest score at each pixel of a picture, from scores on a coarser grid that
 * are interpolated linearly between cell centres; of equals the lower class.
 */
public final class Argmax {
  private Argmax() {}

  /**
   * @param scores one grid of h × w after the other, a class each
   * @return a grey picture of class numbers
   */
  public static Image ofScores(float[] scores, int classes, int h, int w, int height, int width) {
    FloatTaps rows = FloatTaps.linear(h, height);
    FloatTaps columns = FloatTaps.linear(w, width);
    byte[] out = new byte[Math.multiplyExact(height, width)];
    Separable.forRows(
        height,
        4L * classes * width,
        y -> {
          float[] between = new float[w];
          float[] best = new float[width];
          Arrays.fill(best, Float.NEGATIVE_INFINITY);
          for (int c = 0; c < classes; c++) {
            int upper = (c * h + rows.pixels()[2 * y]) * w;
            int lower = (c * h + rows.pixels()[2 * y + 1]) * w;
            float w0 = rows.weights()[2 * y];
            float w1 = rows.weights()[2 * y + 1];
            for (int x = 0; x < w; x++) {
              between[x] = scores[upper + x] * w0 + scores[lower + x] * w1;
            }
            for (int x = 0; x < width; x++) {
              float score =
                  between[columns.pixels()[2 * x]] * columns.weights()[2 * x]
                      + between[columns.pixels()[2 * x + 1]] * columns.weights()[2 * x + 1];
              if (score > best[x]) {
                best[x] = score;
                out[y * width + x] = (byte) c;
              }
            }
          }
        });
    return Image.grey(height, width, out);
  }

  /**
   * @param map class numbers 0…255 on a grid of h × w
   * @return a grey picture of class numbers
   */
  public static Image ofClasses(byte[] map, int h, int w, int height, int width) {
    FloatTaps rows = FloatTaps.linear(h, height);
    FloatTaps columns = FloatTaps.linear(w, width);
    byte[] out = new byte[Math.multiplyExact(height, width)];
    Separable.forRows(
        height,
        16L * width,
        y -> {
          int[] classes = new int[4];
          float[] weights = new float[4];
          for (int x = 0; x < width; x++) {
            for (int k = 0; k < 4; k++) {
              int row = 2 * y + k / 2;
              int column = 2 * x + k % 2;
              classes[k] = map[rows.pixels()[row] * w + columns.pixels()[column]] & 0xff;
              weights[k] = rows.weights()[row] * columns.weights()[column];
            }
            out[y * width + x] = (byte) heaviest(classes, weights);
          }
        });
    return Image.grey(height, width, out);
  }

  private static int heaviest(int[] classes, float[] weights) {
    int best = classes[0];
    float most = 0;
    for (int c : classes) {
      float sum = 0;
      for (int k = 0; k < classes.length; k++) {
        sum += classes[k] == c ? weights[k] : 0;
      }
      if (sum > most || (sum == most && c < best)) {
        best = c;
        most = sum;
      }
    }
    return best;
  }
}
