package dev.vitrine.vision.draw;

import dev.vitrine.vision.image.Image;

/** A colour picture to draw on. What lies outside it is not drawn. Colours are {@code 0xRRGGBB}. */
public final class Canvas {
  public static final int WHITE = 0xffffff;
  public static final int INK = 0x202124;

  private final int height;
  private final int width;
  private final byte[] pixels;

  public Canvas(int height, int width, int background) {
    this.height = height;
    this.width = width;
    this.pixels = Image.filled(height, width, background).pixels();
  }

  /** What has been drawn so far. */
  public Image image() {
    return Image.rgb(height, width, pixels.clone());
  }

  public Canvas paste(Image image, int top, int left) {
    byte[] rgb = image.toRgb().pixels();
    for (int y = Math.max(0, -top); y < image.height() && y + top < height; y++) {
      int from = Math.max(0, -left);
      int to = Math.min(image.width(), width - left);
      if (from < to) {
        System.arraycopy(
            rgb, (y * image.width() + from) * 3, pixels, at(y + top, from + left), (to - from) * 3);
      }
    }
    return this;
  }

  public Canvas fill(int top, int left, int rows, int columns, int colour) {
    for (int y = Math.max(0, top); y < Math.min(height, top + rows); y++) {
      for (int x = Math.max(0, left); x < Math.min(width, left + columns); x++) {
        mix(y, x, colour, 1);
      }
    }
    return this;
  }

  /** The border of a rectangle, {@code thickness} pixels inside it. */
  public Canvas frame(int top, int left, int rows, int columns, int thickness, int colour) {
    fill(top, left, thickness, columns, colour);
    fill(top + rows - thickness, left, thickness, columns, colour);
    fill(top, left, rows, thickness, colour);
    return fill(top, left + columns - thickness, rows, thickness, colour);
  }

  /** Text on one line of {@code size} pixels' height, capitals about 0.7 of it. */
  public Canvas text(int top, int left, String text, int size, int colour) {
    if (text.isEmpty()) {
      return this;
    }
    float[] coverage = Lettering.coverage(text, size);
    int columns = Lettering.width(text, size);
    for (int y = Math.max(0, -top); y < size && y + top < height; y++) {
      for (int x = Math.max(0, -left); x < columns && x + left < width; x++) {
        mix(y + top, x + left, colour, coverage[y * columns + x]);
      }
    }
    return this;
  }

  /** The width that {@link #text} takes. */
  public static int textWidth(String text, int size) {
    return Lettering.width(text, size);
  }

  private void mix(int y, int x, int colour, float share) {
    int i = at(y, x);
    for (int c = 0; c < 3; c++) {
      int level = colour >> (16 - 8 * c) & 0xff;
      pixels[i + c] = (byte) Math.round((pixels[i + c] & 0xff) * (1 - share) + level * share);
    }
  }

  private int at(int y, int x) {
    return (y * width + x) * 3;
  }
}
