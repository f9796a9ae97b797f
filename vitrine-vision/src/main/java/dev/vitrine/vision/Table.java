package dev.vitrine.vision;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table in box-drawing characters: one heading line, then rows; the first column is flush left.
 */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... headings) {
    rows.add(List.of(headings));
  }

  /** Adds a row of as many cells as there are headings. */
  public void row(Object... cells) {
    rows.add(Arrays.stream(cells).map(String::valueOf).toList());
  }

  @Override
  public String toString() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row.get(c).codePointCount(0, row.get(c).length()));
      }
    }
    StringBuilder s = new StringBuilder();
    s.append(rule(widths, "┏━", "━", "━┳━", "━┓\n"));
    s.append(line(rows.getFirst(), widths, "┃"));
    s.append(rule(widths, "┡━", "━", "━╇━", "━┩\n"));
    rows.subList(1, rows.size()).forEach(row -> s.append(line(row, widths, "│")));
    return s.append(rule(widths, "└─", "─", "─┴─", "─┘")).toString();
  }

  private static String rule(int[] widths, String left, String fill, String middle, String right) {
    List<String> parts = new ArrayList<>();
    for (int w : widths) {
      parts.add(fill.repeat(w));
    }
    return left + String.join(middle, parts) + right;
  }

  private static String line(List<String> cells, int[] widths, String bar) {
    StringBuilder s = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String cell = cells.get(c);
      String pad = " ".repeat(widths[c] - cell.codePointCount(0, cell.length()));
      s.append(bar).append(' ').append(c == 0 ? cell + pad : pad + cell).append(' ');
    }
    return s.append(bar).append('\n').toString();
  }
}
