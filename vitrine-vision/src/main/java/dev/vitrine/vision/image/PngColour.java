package dev.vitrine.vision.image;

import java.io.IOException;

/** The colour types of PNG with their samples a pixel. */
enum PngColour {
  GREY(0, 1, 0b1_0000_0001_0001_0110),
  RGB(2, 3, 0b1_0000_0001_0000_0000),
  PALETTE(3, 1, 0b0_0000_0001_0001_0110),
  GREY_ALPHA(4, 2, 0b1_0000_0001_0000_0000),
  RGB_ALPHA(6, 4, 0b1_0000_0001_0000_0000);

  private final int code;
  private final int samples;

  /** Bit d is set when a sample may have d bits. */
  private final int depths;

  PngColour(int code, int samples, int depths) {
    this.code = code;
    this.samples = samples;
    this.depths = depths;
  }

  static PngColour of(int code, int depth) throws IOException {
    for (PngColour c : values()) {
      if (c.code == code && depth > 0 && depth <= 16 && (c.depths >> depth & 1) == 1) {
        return c;
      }
    }
    throw new IOException("there is no colour type " + code + " with " + depth + " bits");
  }

  int code() {
    return code;
  }

  int samples() {
    return samples;
  }
}
