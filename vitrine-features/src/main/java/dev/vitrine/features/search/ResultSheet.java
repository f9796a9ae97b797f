package dev.vitrine.features.search;

import dev.vitrine.features.embed.Pictures;
import dev.vitrine.vision.draw.Canvas;
import dev.vitrine.vision.draw.ContactSheet;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageException;
import dev.vitrine.vision.resize.Box;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A picture of the results of a search: the query, then what was found with its scores. */
public final class ResultSheet {
  private static final int CELL = 200;
  private static final int COLUMNS = 6;
  private static final int QUERY = 0x1a73e8;

  private ResultSheet() {}

  /**
   * Draws the sheet; a result that can't be read any more has an empty cell.
   *
   * @param box the part that was searched for; null for all of the query
   * @param limit the largest number of pixels that is decoded
   */
  public static Image draw(String name, Image query, Box box, List<Found> results, long limit) {
    ContactSheet sheet = new ContactSheet(CELL, COLUMNS);
    sheet.add(box == null ? query : marked(query, box), QUERY, "query", name);
    for (int i = 0; i < results.size(); i++) {
      Found found = results.get(i);
      List<String> lines = new ArrayList<>(List.of((i + 1 + "  " + found.scores()).split("  +")));
      String rank = lines.removeFirst();
      lines.set(0, rank + "   " + lines.getFirst());
      lines.add(found.path().getFileName().toString());
      sheet.add(read(found.path(), limit), lines.toArray(String[]::new));
    }
    return sheet.image();
  }

  private static Image read(Path path, long limit) {
    try {
      return Pictures.locate(path).read(limit);
    } catch (ImageException e) {
      return null;
    }
  }

  /** The query with a frame around the part that counts, as thick at any size. */
  private static Image marked(Image query, Box box) {
    int thick = Math.max(2, Math.max(query.height(), query.width()) / 60);
    int top = (int) box.top();
    int left = (int) box.left();
    return new Canvas(query.height(), query.width(), Canvas.WHITE)
        .paste(query, 0, 0)
        .frame(top, left, (int) box.bottom() - top, (int) box.right() - left, thick, QUERY)
        .image();
  }
}
