package dev.vitrine.features.data;

import dev.vitrine.features.data.PackedPictures.Packed;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.formats.FormatException;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A table of square grey pictures, as the UCI sets of digits come: a line a picture, its levels row
 * by row, then its class. White is 16 when no level is higher, else 255. A first line without
 * numbers is a heading.
 */
final class PixelTable {
  private static final int FEW_LEVELS = 16;
  private static final int MOST_SIDE = 1024;

  private PixelTable() {}

  static LabelledPictures read(Path file) {
    ByteArrayOutputStream levels = new ByteArrayOutputStream();
    List<String> labels = new ArrayList<>();
    int count = 0;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(PackedPictures.open(file), StandardCharsets.ISO_8859_1))) {
      String line;
      for (int number = 1; (line = in.readLine()) != null; number++) {
        String[] cells = line.strip().split("\\s*[,;\\s]\\s*");
        boolean heading = number == 1 && !cells[0].isEmpty() && !cells[0].matches("\\d.*");
        if (line.isBlank() || heading) {
          continue;
        }
        if (labels.isEmpty()) {
          count = side(file, cells.length - 1, number);
        }
        if (cells.length - 1 != count) {
          throw new FormatException(
              "%s: line %d has %d levels, not %d as the first one"
                  .formatted(file, number, cells.length - 1, count));
        }
        for (int i = 0; i < count; i++) {
          levels.write(level(file, cells[i], number));
        }
        labels.add(label(cells[count]));
      }
    } catch (IOException e) {
      throw PackedPictures.fault(file, e);
    }
    if (labels.isEmpty()) {
      throw new FormatException(file + ": has no pictures; write one a line, levels, then class");
    }
    return pictures(file, levels.toByteArray(), labels, (int) Math.sqrt(count));
  }

  private static LabelledPictures pictures(
      Path file, byte[] levels, List<String> labels, int side) {
    int white = 0;
    for (byte level : levels) {
      white = Math.max(white, level & 0xff);
    }
    if (white <= FEW_LEVELS) {
      for (int i = 0; i < levels.length; i++) {
        levels[i] = (byte) Math.rint(levels[i] * 255.0 / FEW_LEVELS);
      }
    }
    List<String> classes = new ArrayList<>(new TreeSet<>(labels));
    List<PictureSource> pictures = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      pictures.add(new Packed(file + "/" + i, levels, i * side * side, side, side, 1));
    }
    return new LabelledPictures(pictures, labels.stream().map(classes::indexOf).toList(), classes);
  }

  /** The number of levels, if a square has as many. */
  private static int side(Path file, int levels, int number) {
    int side = (int) Math.round(Math.sqrt(levels));
    if (side < 1 || side > MOST_SIDE || side * side != levels) {
      throw new FormatException(
          "%s: line %d has %d numbers before the class, which make no square picture"
              .formatted(file, number, levels));
    }
    return levels;
  }

  private static int level(Path file, String cell, int number) {
    String digits = cell.replaceFirst("\\.0*$", "");
    int level = digits.matches("\\d{1,3}") ? Integer.parseInt(digits) : 256;
    if (level > 255) {
      throw new FormatException(
          "%s: line %d has the level '%s'; levels are whole numbers from 0 to 255"
              .formatted(file, number, cell));
    }
    return level;
  }

  /** Whole numbers written as reals are the same classes. */
  private static String label(String cell) {
    return cell.replaceFirst("^(\\d+)\\.0*$", "$1");
  }
}
