package dev.vitrine.vision.draw;

import dev.vitrine.vision.resize.FloatMap;

/**
 * Text in pictures from a dot-matrix alphabet of its own, so that they don't depend on the fonts of
 * the machine. The dots are smoothed to the size at hand. Printable ASCII; other characters become
 * question marks.
 */
final class Lettering {
  /** Dots from one character to the next, and from one line to the next. */
  private static final int ADVANCE = 6;

  private static final int LINE = 10;

  /**
   * From the space on, eight rows of five dots a character: a row is a digit in base 32, its
   * leftmost dot the highest bit; the last row is below the line.
   */
  private static final String[] DOTS =
      """
      00000000 44444040 AAA00000 AAVAVAA0 4FKE5U40 PP248JJ0 CIK8LID0 44400000
      24888420 84222480 04LEL400 044V4400 00000048 000V0000 00000040 11248GG0
      EHJLPHE0 4C4444E0 EH1248V0 EH161HE0 26AIV220 VGU11HE0 68GUHHE0 V1244440
      EHHEHHE0 EHHF12C0 00400400 00400448 248G8420 00V0V000 84212480 EH124040
      EHNLNGE0 EHHVHHH0 UHHUHHU0 EHGGGHE0 SIHHHIS0 VGGUGGV0 VGGUGGG0 EHGNHHF0
      HHHVHHH0 E44444E0 72222IC0 HIKOKIH0 GGGGGGV0 HRLLHHH0 HHPLJHH0 EHHHHHE0
      UHHUGGG0 EHHHLID0 UHHUKIH0 FGGE11U0 V4444440 HHHHHHE0 HHHHHA40 HHHLLLA0
      HHA4AHH0 HHHA4440 V1248GV0 E88888E0 GG842110 E22222E0 4AH00000 0000000V
      84200000 00E1FHF0 GGMPHHU0 00EGGHE0 11DJHHF0 00EHVGE0 698S8880 00FHHF1E
      GGMPHHH0 40C444E0 206222IC GGIKOKI0 C44444E0 00QLLHH0 00MPHHH0 00EHHHE0
      00UHHUGG 00FHHF11 00MPGGG0 00EGE1U0 88S88960 00HHHJD0 00HHHA40 00HHLLA0
      00HA4AH0 00HHHF1E 00V248V0 24484420 44444444 84424480 008L2000
      """
          .strip()
          .split("\\s+");

  private Lettering() {}

  /** The width in pixels of a text whose lines are {@code size} pixels high. */
  static int width(String text, int size) {
    return (text.length() * ADVANCE * size + LINE - 1) / LINE;
  }

  /** The text, its end cut off where it is wider than there is room. */
  static String fit(String text, int size, int room) {
    String fitting = text;
    while (fitting.length() > 3 && width(fitting, size) > room) {
      int keep = fitting.endsWith("...") ? fitting.length() - 4 : fitting.length() - 3;
      fitting = fitting.substring(0, keep) + "...";
    }
    return fitting;
  }

  /** How much of each pixel is covered, 0…1, as {@code size} rows of {@link #width} pixels. */
  static float[] coverage(String text, int size) {
    int columns = text.length() * ADVANCE;
    float[] dots = new float[LINE * columns];
    for (int i = 0; i < text.length(); i++) {
      String glyph = DOTS[index(text.charAt(i))];
      for (int row = 0; row < glyph.length(); row++) {
        int bits = Character.digit(glyph.charAt(row), 32);
        for (int dot = 0; dot < 5; dot++) {
          dots[(row + 1) * columns + i * ADVANCE + dot] = bits >> (4 - dot) & 1;
        }
      }
    }
    int width = width(text, size);
    float[] out = new float[width * size];
    float contrast = Math.max(1, 1.6f * size / LINE);
    new FloatMap(LINE, columns, 1, dots)
        .smooth(
            size,
            width,
            (y, row) -> {
              for (int x = 0; x < width; x++) {
                out[y * width + x] = Math.clamp((row[x] - 0.42f) * contrast + 0.5f, 0, 1);
              }
            });
    return out;
  }

  private static int index(char c) {
    int i = c - ' ';
    return i >= 0 && i < DOTS.length ? i : '?' - ' ';
  }
}
