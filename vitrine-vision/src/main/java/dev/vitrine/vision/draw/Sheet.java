package dev.vitrine.vision.draw;

import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.resize.Pillow;
import java.util.ArrayList;
import java.util.List;

/** Pictures side by side in captioned rows, scaled to one height, on white. */
public final class Sheet {
  private static final int GAP = 12;
  private static final int TEXT = 20;

  private final int cellHeight;
  private final List<Row> rows = new ArrayList<>();

  private record Row(String caption, List<Image> cells) {
    int width() {
      return cells.stream().mapToInt(c -> c.width() + GAP).sum() - GAP;
    }
  }

  /**
   * @param cellHeight the pictures' height on the sheet
   */
  public Sheet(int cellHeight) {
    this.cellHeight = cellHeight;
  }

  /** Adds a row; its caption stands above it. */
  public Sheet row(String caption, Image... cells) {
    List<Image> scaled = new ArrayList<>();
    for (Image cell : cells) {
      int width = Math.max(1, Math.round((float) cell.width() * cellHeight / cell.height()));
      scaled.add(Pillow.LANCZOS.resize(cell, cellHeight, width));
    }
    rows.add(new Row(caption, scaled));
    return this;
  }

  /** The sheet with the rows so far. */
  public Image image() {
    int width = rows.stream().mapToInt(Row::width).max().orElse(1) + 2 * GAP;
    int step = TEXT + 4 + cellHeight + GAP;
    Canvas canvas = new Canvas(GAP + rows.size() * step, width, Canvas.WHITE);
    int top = GAP;
    for (Row row : rows) {
      canvas.text(top, GAP, Lettering.fit(row.caption, TEXT, width - 2 * GAP), TEXT, Canvas.INK);
      int left = GAP;
      for (Image cell : row.cells) {
        canvas.paste(cell, top + TEXT + 4, left);
        left += cell.width() + GAP;
      }
      top += step;
    }
    return canvas.image();
  }
}
