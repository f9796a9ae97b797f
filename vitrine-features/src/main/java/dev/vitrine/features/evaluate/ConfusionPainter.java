package dev.vitrine.features.evaluate;

import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.draw.Canvas;
import dev.vitrine.vision.image.Image;
import java.util.List;

/**
 * Draws a confusion: a row a class, a column what it was taken for, as dark as the share of the
 * row. The shares stand in the cells in percent while there is room.
 */
public final class ConfusionPainter {
  private static final int TEXT = 15;
  private static final int GAP = 12;
  private static final int MOST_NAME = 220;
  private static final int GRID = 0xdadce0;

  /** The side of a cell that holds a number, and of one that a line of text fits beside. */
  private static final int WITH_NUMBER = 34;

  private static final int WITH_NAME = TEXT + 1;

  /** The side that a picture's cells may take together, beyond which they shrink. */
  private static final int ROOM = 1700;

  private static final int MOST_CLASSES = 4000;

  private ConfusionPainter() {}

  /**
   * @param title stands above
   * @throws VitrineException when there are too many classes for a picture
   */
  public static Image paint(Confusion confusion, String title) {
    int k = confusion.classes().size();
    if (k > MOST_CLASSES) {
      throw new VitrineException(
          "a confusion of " + k + " classes can't be drawn; the most are " + MOST_CLASSES);
    }
    int cell =
        k * WITH_NUMBER <= ROOM
            ? WITH_NUMBER
            : k * WITH_NAME <= ROOM ? WITH_NAME : Math.max(1, ROOM / k);
    boolean named = cell >= WITH_NAME;
    List<String> names =
        named ? confusion.classes().stream().map(ConfusionPainter::fit).toList() : List.of();
    int beside = names.stream().mapToInt(n -> Canvas.textWidth(n, TEXT)).max().orElse(0);
    int numbers = named ? Canvas.textWidth(Integer.toString(k - 1), TEXT) + GAP : 0;
    int left = GAP + beside + numbers + (named ? GAP : 0);
    int top = GAP + 2 * TEXT + 2 * GAP;
    int side = k * cell;
    int wide = Math.max(left + side, GAP + Canvas.textWidth(title, TEXT + 3));
    Canvas canvas = new Canvas(top + side + GAP, wide + GAP, Canvas.WHITE);
    canvas.text(GAP, GAP, title, TEXT + 3, Canvas.INK);
    canvas.fill(top - 1, left - 1, side + 2, side + 2, GRID);
    for (int t = 0; t < k; t++) {
      int y = top + t * cell;
      if (named) {
        int middle = y + (cell - TEXT) / 2;
        canvas.text(middle, GAP, names.get(t), TEXT, Canvas.INK);
        number(canvas, middle, left - GAP / 2 - Canvas.textWidth("" + t, TEXT), t);
      }
      long examples = confusion.examples(t);
      for (int f = 0; f < k; f++) {
        int x = left + f * cell;
        double share = examples == 0 ? 0 : (double) confusion.count(t, f) / examples;
        int inner = cell >= WITH_NAME ? cell - 1 : cell;
        canvas.fill(y, x, inner, inner, colour(share));
        if (cell == WITH_NUMBER && share > 0) {
          String text = share < 0.005 ? "<1" : Long.toString(Math.round(share * 100));
          int ink = share > 0.5 ? Canvas.WHITE : Canvas.INK;
          int at = x + (cell - Canvas.textWidth(text, TEXT - 2)) / 2;
          canvas.text(y + (cell - TEXT + 2) / 2, at, text, TEXT - 2, ink);
        }
      }
    }
    for (int f = 0; cell == WITH_NUMBER && f < k; f++) {
      int at = left + f * cell + (cell - Canvas.textWidth("" + f, TEXT)) / 2;
      number(canvas, top - TEXT - 4, at, f);
    }
    return canvas.image();
  }

  private static void number(Canvas canvas, int top, int left, int n) {
    canvas.text(top, left, Integer.toString(n), TEXT, 0x5f6368);
  }

  /** From white through blue to nearly black; small shares can be told from none. */
  private static int colour(double share) {
    double s = Math.sqrt(share);
    int red = (int) Math.round(255 - 247 * s);
    int green = (int) Math.round(255 - 207 * s);
    int blue = (int) Math.round(255 - 148 * s);
    return red << 16 | green << 8 | blue;
  }

  private static String fit(String name) {
    String fitting = name.split(",")[0];
    while (fitting.length() > 3 && Canvas.textWidth(fitting, TEXT) > MOST_NAME) {
      int end = fitting.endsWith("...") ? fitting.length() - 4 : fitting.length() - 3;
      fitting = fitting.substring(0, end) + "...";
    }
    return fitting;
  }
}
