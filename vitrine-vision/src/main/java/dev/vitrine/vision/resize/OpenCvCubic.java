package dev.vitrine.vision.resize;

import dev.vitrine.vision.image.Image;

/**
 * Keys's cubic with a = −¾, rows before columns in single precision, as the x86 builds with
 * vendor primitives compute it; builds without them use 11-bit weights and differ by at most a level.
 */
final class OpenCvCubic {
  private static final double A = -0.75;

  private OpenCvCubic() {}

  static Image resize(Image image, int height, int width) {
    Taps4 rows = Taps4.of(image.height(), height);
    Taps4 columns = Taps4.of(image.width(), width);
    int channels = image.channels();
    int wide = image.width() * channels;
    byte[] in = image.pixels();
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(height, width), channels)];
    Separable.forRows(
        height,
        8L * wide,
        y -> {
          float[] row = new float[wide];
          for (int k = 0; k < 4; k++) {
            float w = rows.weights[4 * y + k];
            int from = rows.pixels[4 * y + k] * wide;
            for (int i = 0; i < wide; i++) {
              row[i] = multiplyAdd(in[from + i] & 0xff, w, row[i]);
            }
          }
          int to = y * width * channels;
          for (int x = 0; x < width; x++) {
            for (int c = 0; c < channels; c++) {
              float sum = 0;
              for (int k = 4 * x; k < 4 * x + 4; k++) {
                sum = multiplyAdd(row[columns.pixels[k] * channels + c], columns.weights[k], sum);
              }
              out[to++] = Separable.level((int) Math.rint(sum));
            }
          }
        });
    return Image.of(height, width, channels, out);
  }

  /** Rounded once; Math.fma is slow on machines that lack the instruction. */
  private static float multiplyAdd(float a, float b, float c) {
    return (float) ((double) a * b + c);
  }

  /** Four pixels, border pixels repeated, and their weights for each output pixel. */
  private record Taps4(int[] pixels, float[] weights) {
    static Taps4 of(int size, int out) {
      double scale = (double) size / out;
      int[] pixels = new int[4 * out];
      float[] weights = new float[4 * out];
      for (int i = 0; i < out; i++) {
        double position = (i + 0.5) * scale - 0.5;
        int base = (int) Math.floor(position);
        double x = position - base;
        double before = outer(x + 1);
        double at = inner(x);
        double next = inner(1 - x);
        weights[4 * i] = (float) before;
        weights[4 * i + 1] = (float) at;
        weights[4 * i + 2] = (float) next;
        weights[4 * i + 3] = (float) (1 - before - at - next);
        for (int k = 0; k < 4; k++) {
          pixels[4 * i + k] = Math.clamp(base - 1 + k, 0, size - 1);
        }
      }
      return new Taps4(pixels, weights);
    }

    private static double inner(double x) {
      return ((A + 2) * x - (A + 3)) * x * x + 1;
    }

    private static double outer(double x) {
      return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
    }
  }
}
