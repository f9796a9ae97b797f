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

  /**
   * A straight line with soft edges and round ends; a point when both ends are the same.
   *
   * @param thickness in pixels
   * @param share of the colour over what is there, 0…1
   */
  public Canvas line(
      double y0, double x0, double y1, double x1, double thickness, int colour, float share) {
    double reach = thickness / 2 + 1;
    double dy = y1 - y0;
    double dx = x1 - x0;
    double square = dy * dy + dx * dx;
    boolean flat = Math.abs(dx) >= Math.abs(dy);
    double from = flat ? Math.min(x0, x1) : Math.min(y0, y1);
    double to = flat ? Math.max(x0, x1) : Math.max(y0, y1);
    double across = square == 0 ? 0 : flat ? dy / dx : dx / dy;
    // Slanted lines are cut at a slant: the wider reach holds both edges.
    double wide = reach * Math.sqrt(1 + across * across);
    int last = (int) Math.min((flat ? width : height) - 1, Math.floor(to + reach));
    for (int a = (int) Math.max(0, Math.ceil(from - reach)); a <= last; a++) {
      double on = flat ? y0 + across * (a - x0) : x0 + across * (a - y0);
      int end = (int) Math.min((flat ? height : width) - 1, Math.floor(on + wide));
      for (int b = (int) Math.max(0, Math.ceil(on - wide)); b <= end; b++) {
        double y = (flat ? b : a) - y0;
        double x = (flat ? a : b) - x0;
        double t = square == 0 ? 0 : Math.clamp((y * dy + x * dx) / square, 0, 1);
        double distance = Math.hypot(y - t * dy, x - t * dx);
        double cover = Math.clamp(thickness / 2 + 0.5 - distance, 0, 1);
        if (cover > 0) {
          mix(flat ? b : a, flat ? a : b, colour, (float) (cover * share));
        }
      }
    }
    return this;
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
