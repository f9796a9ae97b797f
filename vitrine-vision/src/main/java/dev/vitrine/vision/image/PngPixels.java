package dev.vitrine.vision.image;

import java.io.IOException;

/** Turns rows of PNG samples into 8-bit grey or RGB levels over white. */
final class PngPixels {
  private final PngColour colour;
  private final int depth;
  private final byte[] palette;

  /**
   * For a palette the alpha of its first colours, else the big-endian 16-bit samples that are
   * transparent.
   */
  private final byte[] transparency;

  /** Whether samples are kept as they are stored. */
  private final boolean stored;

  PngPixels(PngColour colour, int depth, byte[] palette, byte[] transparency) throws IOException {
    boolean keyed = colour == PngColour.GREY || colour == PngColour.RGB;
    if (keyed && transparency != null && transparency.length != 2 * colour.samples()) {
      throw new IOException("its transparent colour has the wrong length");
    }
    if (palette.length % 3 != 0 || (colour == PngColour.PALETTE && palette.length == 0)) {
      throw new IOException("its palette is missing or has the wrong length");
    }
    this.colour = colour;
    this.depth = depth;
    this.palette = palette;
    this.transparency = keyed || colour == PngColour.PALETTE ? transparency : null;
    this.stored = false;
  }

  private PngPixels(PngColour colour, int depth) {
    this.colour = colour;
    this.depth = depth;
    this.palette = new byte[0];
    this.transparency = null;
    this.stored = true;
  }

  /** For pictures whose samples are numbers rather than levels: grey ones and palettes' indices. */
  static PngPixels stored(PngColour colour, int depth) throws IOException {
    if (colour.samples() != 1 || depth > 8) {
      throw new IOException("it has more than one number of 8 bits a pixel");
    }
    return new PngPixels(colour, depth);
  }

  int channels() {
    return stored || colour == PngColour.GREY || colour == PngColour.GREY_ALPHA ? 1 : 3;
  }

  /** Writes the {@code columns} pixels of {@code row} to {@code out}, {@code step} bytes apart. */
  void convert(byte[] row, int columns, byte[] out, int at, int step) throws IOException {
    if (depth == 8
        && transparency == null
        && channels() == colour.samples()
        && colour != PngColour.PALETTE
        && step == channels()) {
      System.arraycopy(row, 0, out, at, columns * step);
      return;
    }
    if (stored) {
      for (int x = 0, to = at; x < columns; x++, to += step) {
        out[to] = (byte) sample(row, x);
      }
      return;
    }
    int samples = colour.samples();
    for (int x = 0, to = at; x < columns; x++, to += step) {
      int first = x * samples;
      switch (colour) {
        case PALETTE -> {
          int index = sample(row, first);
          if (index >= palette.length / 3) {
            throw new IOException("a pixel uses colour " + index + " of " + palette.length / 3);
          }
          boolean opaque = transparency == null || index >= transparency.length;
          int alpha = opaque ? 255 : transparency[index] & 0xff;
          for (int c = 0; c < 3; c++) {
            out[to + c] = overWhite(palette[3 * index + c] & 0xff, alpha);
          }
        }
        case GREY, RGB -> {
          int alpha = transparency != null && isKey(row, first) ? 0 : 255;
          for (int c = 0; c < samples; c++) {
            out[to + c] = overWhite(level(row, first + c), alpha);
          }
        }
        case GREY_ALPHA, RGB_ALPHA -> {
          int alpha = level(row, first + samples - 1);
          for (int c = 0; c < samples - 1; c++) {
            out[to + c] = overWhite(level(row, first + c), alpha);
          }
        }
      }
    }
  }

  private boolean isKey(byte[] row, int first) {
    for (int c = 0; c < colour.samples(); c++) {
      int key = (transparency[2 * c] & 0xff) << 8 | transparency[2 * c + 1] & 0xff;
      if (sample(row, first + c) != key) {
        return false;
      }
    }
    return true;
  }

  /** Sample {@code i} of the row, as stored. */
  private int sample(byte[] row, int i) {
    if (depth == 16) {
      return (row[2 * i] & 0xff) << 8 | row[2 * i + 1] & 0xff;
    }
    int bit = i * depth;
    return (row[bit >> 3] & 0xff) >> (8 - depth - (bit & 7)) & ((1 << depth) - 1);
  }

  /** Sample {@code i} in 0…255. */
  private int level(byte[] row, int i) {
    int v = sample(row, i);
    return depth == 16 ? v >> 8 : v * 255 / ((1 << depth) - 1);
  }

  static byte overWhite(int level, int alpha) {
    return (byte) (255 - ((255 - level) * alpha + 127) / 255);
  }
}
