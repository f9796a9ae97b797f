package dev.vitrine.vision.resize;

import dev.vitrine.vision.image.Image;
import java.util.Arrays;

/** Shrinking by the mean of the covered area, in floats; whole factors in integers. */
final class OpenCvArea {
  /** Less of a pixel than this is not counted. */
  private static final double SLIVER = 1e-3;

  private OpenCvArea() {}

  static Image shrink(Image image, int height, int width) {
    if (image.height() % height == 0 && image.width() % width == 0) {
      return blocks(image, height, width);
    }
    Cover rows = Cover.of(image.height(), height);
    Cover columns = Cover.of(image.width(), width);
    int n = Math.multiplyExact(width, image.channels());
    byte[] out = new byte[Math.multiplyExact(height, n)];
    Separable.forRows(
        height,
        (long) image.height() / height * image.width() * image.channels(),
        y -> {
          float[] sums = new float[n];
          float[] part = new float[n];
          for (int k = 0; k < rows.weights[y].length; k++) {
            columns(image, rows.first[y] + k, columns, part);
            for (int i = 0; i < n; i++) {
              sums[i] += rows.weights[y][k] * part[i];
            }
          }
          for (int i = 0; i < n; i++) {
            out[y * n + i] = Separable.level((int) Math.rint(sums[i]));
          }
        });
    return Image.of(height, width, image.channels(), out);
  }

  private static void columns(Image image, int y, Cover cover, float[] out) {
    int channels = image.channels();
    byte[] in = image.pixels();
    int row = y * image.width() * channels;
    for (int x = 0, to = 0; x < cover.first.length; x++) {
      float[] weights = cover.weights[x];
      for (int c = 0; c < channels; c++) {
        int from = row + cover.first[x] * channels + c;
        float sum = 0;
        for (float w : weights) {
          sum += (in[from] & 0xff) * w;
          from += channels;
        }
        out[to++] = sum;
      }
    }
  }

  private static Image blocks(Image image, int height, int width) {
    int down = image.height() / height;
    int across = image.width() / width;
    float scale = 1f / (down * across);
    boolean quarters = down == 2 && across == 2;
    int channels = image.channels();
    byte[] in = image.pixels();
    byte[] out = new byte[height * width * channels];
    Separable.forRows(
        height,
        (long) down * image.width() * channels,
        y -> {
          int to = y * width * channels;
          for (int x = 0; x < width; x++) {
            for (int c = 0; c < channels; c++, to++) {
              int sum = 0;
              for (int v = 0; v < down; v++) {
                int from = ((y * down + v) * image.width() + x * across) * channels + c;
                for (int u = 0; u < across; u++, from += channels) {
                  sum += in[from] & 0xff;
                }
              }
              out[to] = (byte) (quarters ? (sum + 2) >> 2 : (int) Math.rint(sum * scale));
            }
          }
        });
    return Image.of(height, width, channels, out);
  }

  /**
   * For each output pixel the first input pixel that it covers and the shares of it and those
   * after.
   */
  private record Cover(int[] first, float[][] weights) {
    static Cover of(int size, int out) {
      double scale = 1 / ((double) out / size);
      int[] first = new int[out];
      float[][] weights = new float[out][];
      for (int i = 0; i < out; i++) {
        double from = i * scale;
        double to = from + scale;
        double cell = Math.min(scale, size - from);
        int end = Math.min((int) Math.floor(to), size - 1);
        int begin = Math.min((int) Math.ceil(from), end);
        boolean head = begin - from > SLIVER;
        boolean tail = to - end > SLIVER;
        first[i] = head ? begin - 1 : begin;
        float[] w = new float[end - begin + (head ? 1 : 0) + (tail ? 1 : 0)];
        Arrays.fill(w, (float) (1 / cell));
        if (head) {
          w[0] = (float) ((begin - from) / cell);
        }
        if (tail) {
          w[w.length - 1] = (float) (Math.min(Math.min(to - end, 1), cell) / cell);
        }
        weights[i] = w;
      }
      return new Cover(first, weights);
    }
  }
}
