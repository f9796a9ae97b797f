package dev.vitrine.vision.resize;

import dev.vitrine.vision.image.Image;

/** Two weights an axis with 11 bits below the point, rounded to a level once at the end. */
final class OpenCvLinear {
  private static final int FRACTION_BITS = 11;

  private OpenCvLinear() {}

  /**
   * @param area interpolate between covered areas instead of pixel centres
   */
  static Image resize(Image image, int height, int width, boolean area) {
    Taps rows = taps(image.height(), height, area);
    Taps columns = taps(image.width(), width, area);
    int bottom = image.height() - 1;
    int n = Math.multiplyExact(width, image.channels());
    byte[] out = new byte[Math.multiplyExact(height, n)];
    Separable.forRows(
        height,
        8L * n,
        y -> {
          int top = rows.from(y);
          int[] upper = columns(image, Math.clamp(top, 0, bottom), columns);
          boolean edge = top < 0 || top >= bottom;
          int[] lower = edge ? upper : columns(image, top + 1, columns);
          int w0 = rows.weights()[rows.offset(y)];
          int w1 = rows.weights()[rows.offset(y) + 1];
          for (int i = 0; i < n; i++) {
            // 16-bit vector arithmetic drops the low bits of both products.
            int v = ((upper[i] >> 4) * w0 >> 16) + ((lower[i] >> 4) * w1 >> 16);
            out[y * n + i] = Separable.level((v + 2) >> 2);
          }
        });
    return Image.of(height, width, image.channels(), out);
  }

  private static int[] columns(Image image, int y, Taps taps) {
    int channels = image.channels();
    byte[] in = image.pixels();
    int[] sums = new int[taps.outputs() * channels];
    int row = y * image.width() * channels;
    int last = image.width() - 1;
    for (int x = 0, to = 0; x < taps.outputs(); x++) {
      int left = row + Math.clamp(taps.from(x), 0, last) * channels;
      int right = row + Math.clamp(taps.from(x) + 1, 0, last) * channels;
      int w0 = taps.weights()[taps.offset(x)];
      int w1 = taps.weights()[taps.offset(x) + 1];
      for (int c = 0; c < channels; c++) {
        sums[to++] = (in[left + c] & 0xff) * w0 + (in[right + c] & 0xff) * w1;
      }
    }
    return sums;
  }

  /** Two pixels for each output pixel; those outside the picture stand for its border. */
  private static Taps taps(int size, int out, boolean area) {
    double inverse = (double) out / size;
    double scale = 1 / inverse;
    Taps taps = new Taps(out, 2, FRACTION_BITS);
    for (int i = 0; i < out; i++) {
      float position = (float) ((i + 0.5) * scale - 0.5);
      int first = (int) Math.floor(position);
      float part = position - first;
      if (area) {
        first = (int) Math.floor(i * scale);
        part = (float) ((i + 1) - (first + 1) * inverse);
        part = part <= 0 ? 0 : part - (float) Math.floor(part);
      }
      taps.set(i, first, fixed(1 - part), fixed(part));
    }
    return taps;
  }

  private static int fixed(float weight) {
    return (int) Math.rint(weight * (1 << FRACTION_BITS));
  }
}
