package dev.vitrine.vision.image;

import java.io.IOException;

/** The largest picture that may be decoded, in pixels. */
record PixelLimit(long pixels) {
  void check(int height, int width) throws IOException {
    if (height < 1 || width < 1) {
      throw new IOException("its size is " + height + "×" + width);
    }
    long n = (long) height * width;
    if (n > pixels) {
      throw new IOException(
          "its %,d×%,d pixels are more than the limit of %,d; shrink it or raise the limit"
              .formatted(height, width, pixels));
    }
  }
}
