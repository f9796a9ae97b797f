package dev.vitrine.features.match;

import dev.vitrine.vision.draw.Canvas;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.resize.FloatMap;
import dev.vitrine.vision.resize.Pillow;
import java.util.List;

/**
 * Draws two pictures side by side with a dot of the same colour on both ends of each
 * correspondence, and lines between some. Colours follow the place in the first picture.
 *
 * @param lines how many correspondences get a line, spread evenly over them
 */
record MatchPainter(int lines) {
  private static final int GAP = 12;

  /** Pale, so that lines over it can be told apart. */
  private static final double FADE = 0.35;

  Image paint(Image a, FloatMap gridA, Image b, FloatMap gridB, List<Correspondence> all) {
    int height = Math.max(a.height(), b.height());
    Image left = fit(a, height);
    Image right = fit(b, height);
    int from = left.width() + GAP;
    Canvas canvas = new Canvas(height, from + right.width(), Canvas.WHITE);
    canvas.paste(faded(left), 0, 0).paste(faded(right), 0, from);
    double dot = Math.max(3, height / 120.0);
    int drawn = Math.min(lines, all.size());
    for (int i = 0; i < drawn; i++) {
      Correspondence c = all.get((int) ((i + 0.5) * all.size() / drawn));
      canvas.line(
          y(c.row(), gridA, left),
          x(c.column(), gridA, left),
          y(c.otherRow(), gridB, right),
          from + x(c.otherColumn(), gridB, right),
          Math.max(1.2, height / 400.0),
          colour(c, gridA),
          0.75f);
    }
    for (Correspondence c : all) {
      int colour = colour(c, gridA);
      dot(canvas, y(c.row(), gridA, left), x(c.column(), gridA, left), dot, colour);
      double x = from + x(c.otherColumn(), gridB, right);
      dot(canvas, y(c.otherRow(), gridB, right), x, dot, colour);
    }
    return canvas.image();
  }

  private static void dot(Canvas canvas, double y, double x, double size, int colour) {
    canvas.line(y, x, y, x, size + 2, 0, 0.6f).line(y, x, y, x, size, colour, 1);
  }

  private static double y(double row, FloatMap grid, Image picture) {
    return (row + 0.5) * picture.height() / grid.height();
  }

  private static double x(double column, FloatMap grid, Image picture) {
    return (column + 0.5) * picture.width() / grid.width();
  }

  /** Hues around the picture from left to right, light above and deep below. */
  private static int colour(Correspondence c, FloatMap grid) {
    double hue = (c.column() + 0.5) / grid.width() * 0.85;
    double depth = (c.row() + 0.5) / grid.height();
    int out = 0;
    for (int shift = 5; shift >= 1; shift -= 2) {
      double k = (shift + hue * 6) % 6;
      double value = 1 - 0.35 * depth;
      double level =
          value - value * (0.45 + 0.55 * depth) * Math.max(0, Math.min(1, Math.min(k, 4 - k)));
      out = out << 8 | (int) Math.round(level * 255);
    }
    return out;
  }

  private static Image fit(Image picture, int height) {
    int width = Math.max(1, Math.round((float) picture.width() * height / picture.height()));
    return Pillow.LANCZOS.resize(picture, height, width);
  }

  private static Image faded(Image picture) {
    byte[] pixels = picture.toRgb().pixels().clone();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.round((pixels[i] & 0xff) * (1 - FADE) + 255 * FADE);
    }
    return Image.rgb(picture.height(), picture.width(), pixels);
  }
}
