package dev.vitrine.vision.draw;

import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.resize.Pillow;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures in a grid, each inside a square cell with its aspect kept and lines of text below, under
 * headings.
 */
public final class ContactSheet {
  private static final int GAP = 12;
  private static final int TEXT = 15;
  private static final int LINE = 18;
  private static final int HEADING = 22;
  private static final int PALE = 0xf1f3f4;

  private final int cell;
  private final int columns;
  private final List<Row> rows = new ArrayList<>();

  private sealed interface Row {}

  private record Heading(String text) implements Row {}

  private record Cells(List<Cell> cells) implements Row {
    int lines() {
      return cells.stream().mapToInt(c -> c.lines.size()).max().orElse(0);
    }
  }

  private record Cell(Image thumbnail, int frame, List<String> lines) {}

  /**
   * @param cell the side of a cell in pixels
   * @param columns cells in a row
   */
  public ContactSheet(int cell, int columns) {
    this.cell = cell;
    this.columns = columns;
  }

  /** Begins a new row under a line of text. */
  public ContactSheet heading(String text) {
    rows.add(new Heading(text));
    return this;
  }

  /** Adds a picture, in the row that is begun while there is room; null draws an empty cell. */
  public ContactSheet add(Image picture, String... lines) {
    return add(picture, Canvas.WHITE, lines);
  }

  /** As above with a frame of that colour. */
  public ContactSheet add(Image picture, int frame, String... lines) {
    Cells row =
        !rows.isEmpty() && rows.getLast() instanceof Cells c && c.cells.size() < columns
            ? c
            : new Cells(new ArrayList<>());
    if (row.cells.isEmpty()) {
      rows.add(row);
    }
    Image small = picture == null ? null : thumbnail(picture, cell, cell);
    row.cells.add(new Cell(small, frame, List.of(lines)));
    return this;
  }

  /** The picture scaled down to fit into {@code height × width}; smaller ones stay as they are. */
  public static Image thumbnail(Image picture, int height, int width) {
    double scale =
        Math.min(1, Math.min((double) height / picture.height(), (double) width / picture.width()));
    int h = Math.max(1, (int) Math.round(picture.height() * scale));
    int w = Math.max(1, (int) Math.round(picture.width() * scale));
    return Pillow.BICUBIC.resize(picture, h, w);
  }

  /** The sheet with what it has so far. */
  public Image image() {
    int width = GAP + columns * (cell + GAP);
    int height = GAP;
    for (Row row : rows) {
      height += height(row);
    }
    Canvas canvas = new Canvas(height, width, Canvas.WHITE);
    int top = GAP;
    for (Row row : rows) {
      switch (row) {
        case Heading h ->
            canvas.text(
                top, GAP, Lettering.fit(h.text, HEADING, width - 2 * GAP), HEADING, Canvas.INK);
        case Cells c -> draw(canvas, top, c);
      }
      top += height(row);
    }
    return canvas.image();
  }

  private int height(Row row) {
    return switch (row) {
      case Heading _ -> HEADING + GAP / 2;
      case Cells c -> cell + 4 + c.lines() * LINE + GAP;
    };
  }

  private void draw(Canvas canvas, int top, Cells row) {
    int left = GAP;
    for (Cell c : row.cells) {
      canvas.fill(top, left, cell, cell, PALE);
      if (c.thumbnail != null) {
        int y = top + (cell - c.thumbnail.height()) / 2;
        int x = left + (cell - c.thumbnail.width()) / 2;
        canvas.paste(c.thumbnail, y, x);
      }
      if (c.frame != Canvas.WHITE) {
        canvas.frame(top, left, cell, cell, 4, c.frame);
      }
      for (int i = 0; i < c.lines.size(); i++) {
        String line = Lettering.fit(c.lines.get(i), TEXT, cell);
        canvas.text(top + cell + 4 + i * LINE, left, line, TEXT, Canvas.INK);
      }
      left += cell + GAP;
    }
  }
}
