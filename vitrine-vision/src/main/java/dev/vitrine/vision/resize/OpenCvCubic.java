package dev.vitrine.vision.resize;

import dev.vitrine.vision.image.Image;

/**
 * Rows before columns in single precision, as the x86 builds with vendor primitives compute it;
 * builds without them use 11-bit weights and differ by at most a level.
 */
final class OpenCvCubic {
  private OpenCvCubic() {}

  static Image resize(Image image, int height, int width) {
    FloatTaps rows = FloatTaps.cubic(image.height(), height);
    FloatTaps columns = FloatTaps.cubic(image.width(), width);
    int channels = image.channels();
    int wide = image.width() * channels;
    byte[] in = image.pixels();
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(height, width), channels)];
    Separable.forRows(
        height,
        8L * wide,
        y -> {
          float[] row = new float[wide];
          for (int k = 4 * y; k < 4 * y + 4; k++) {
            float w = rows.weights()[k];
            int from = rows.pixels()[k] * wide;
            for (int i = 0; i < wide; i++) {
              row[i] = multiplyAdd(in[from + i] & 0xff, w, row[i]);
            }
          }
          int to = y * width * channels;
          for (int x = 0; x < width; x++) {
            for (int c = 0; c < channels; c++) {
              float sum = 0;
              for (int k = 4 * x; k < 4 * x + 4; k++) {
                int from = columns.pixels()[k] * channels + c;
                sum = multiplyAdd(row[from], columns.weights()[k], sum);
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
}
