package dev.vitrine.vision.task;

import dev.vitrine.vision.draw.Canvas;
import dev.vitrine.vision.image.Image;
import java.util.Locale;

/**
 * Draws class maps.
 *
 * @param palette colours and names; classes past its end get made-up ones
 * @param blend the colours' share over the picture, 0…1
 */
public record SegmentPainter(Palette palette, double blend) {
  /** The picture with the classes' colours over it. */
  public Image overlay(Image picture, ClassMap map) {
    Palette all = palette.atLeast(map.count());
    byte[] rgb = picture.toRgb().pixels();
    byte[] classes = map.classes().pixels();
    byte[] out = new byte[rgb.length];
    for (int i = 0; i < classes.length; i++) {
      int colour = all.colours().get(classes[i] & 0xff);
      for (int c = 0; c < 3; c++) {
        int level = colour >> (16 - 8 * c) & 0xff;
        out[3 * i + c] = (byte) Math.round((1 - blend) * (rgb[3 * i + c] & 0xff) + blend * level);
      }
    }
    return Image.rgb(picture.height(), picture.width(), out);
  }

  /** The overlay with a legend to its right: the classes that occur, their names and shares. */
  public Image withLegend(Image picture, ClassMap map) {
    Palette all = palette.atLeast(map.count());
    Image overlay = overlay(picture, map);
    int size = Math.clamp(picture.height() / 22, 14, 48);
    int step = size + size / 2;
    int[] present = map.present();
    double[] shares = map.shares();
    String[] lines = new String[present.length];
    int wide = 0;
    for (int i = 0; i < lines.length; i++) {
      lines[i] = "%5s %%  %s".formatted(percent(shares[present[i]]), all.names().get(present[i]));
      wide = Math.max(wide, Canvas.textWidth(lines[i], size));
    }
    int height = Math.max(picture.height(), size + lines.length * step);
    int left = picture.width() + size;
    Canvas canvas = new Canvas(height, left + 2 * size + wide + size, Canvas.WHITE);
    canvas.paste(overlay, 0, 0);
    for (int i = 0; i < lines.length; i++) {
      int top = size / 2 + i * step;
      canvas.fill(top, left, size, size, all.colours().get(present[i]));
      canvas.text(top, left + size + size / 2, lines[i], size, Canvas.INK);
    }
    return canvas.image();
  }

  /**
   * A share as it is shown to people: one decimal, {@code <0.1} for what would round to nothing.
   */
  public static String percent(double share) {
    return share > 0 && share < 0.0005 ? "<0.1" : String.format(Locale.ROOT, "%.1f", share * 100);
  }
}
