package dev.vitrine.vision.task;

import dev.vitrine.formats.FormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names and colours of classes.
 *
 * @param names by class
 * @param colours by class, as {@code 0xRRGGBB}; as many as names
 */
public record Palette(List<String> names, List<Integer> colours) {
  private static final Pattern LINE =
      Pattern.compile(
          "#([0-9a-fA-F]{6})(\\s.*)?|(\\d{1,3})[\\s,]+(\\d{1,3})[\\s,]+(\\d{1,3})[\\s,]*(.*)");

  /** Successive hues this far apart, the golden angle's share of a turn, never come close. */
  private static final double GOLDEN = 0.61803398875;

  public Palette {
    names = List.copyOf(names);
    colours = List.copyOf(colours);
  }

  /** The 19 classes of Cityscapes that are evaluated. */
  public static Palette cityscapes() {
    return parse(Resources.lines("cityscapes.txt"), "cityscapes");
  }

  /** The 150 classes of ADE20K's scene parsing. */
  public static Palette ade20k() {
    return parse(Resources.lines("ade20k.txt"), "ade20k");
  }

  /** {@code cityscapes}, {@code ade20k}, or a file as {@link #read} takes it. */
  public static Palette named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "cityscapes" -> cityscapes();
      case "ade20k" -> ade20k();
      default -> {
        if (Files.notExists(Path.of(name))) {
          throw new FormatException(
              name + ": no such palette; use cityscapes, ade20k or a file of lines '#rrggbb name'");
        }
        yield read(Path.of(name));
      }
    };
  }

  /**
   * Reads a text file with a class a line, in order: {@code #rrggbb name} or {@code r g b name},
   * the name optional. Empty lines don't count.
   */
  public static Palette read(Path file) {
    return parse(Labels.text(file).lines().toList(), file.toString());
  }

  /** The palette for a model's classes: the data set's that has as many, else made-up colours. */
  public static Palette standard(int classes) {
    return switch (classes) {
      case 19 -> cityscapes();
      case 150 -> ade20k();
      default -> generated(classes);
    };
  }

  /** Colours that are easy to tell apart, and numbers for names. */
  public static Palette generated(int classes) {
    List<String> names = new ArrayList<>();
    List<Integer> colours = new ArrayList<>();
    for (int i = 0; i < classes; i++) {
      names.add("class " + i);
      double hue = i * GOLDEN % 1;
      double saturation = i % 3 == 1 ? 0.45 : 0.75;
      double value = i % 2 == 0 ? 0.95 : 0.7;
      colours.add(hsv(hue, saturation, value));
    }
    return new Palette(names, colours);
  }

  /** The same colours with other names; classes past the names' end keep theirs. */
  public Palette withNames(List<String> other) {
    List<String> all = new ArrayList<>(names);
    for (int i = 0; i < Math.min(all.size(), other.size()); i++) {
      all.set(i, other.get(i));
    }
    return new Palette(all, colours);
  }

  /** This palette with made-up entries at its end if it has fewer than {@code classes}. */
  public Palette atLeast(int classes) {
    if (classes <= size()) {
      return this;
    }
    Palette more = generated(classes);
    List<String> allNames = new ArrayList<>(names);
    List<Integer> allColours = new ArrayList<>(colours);
    allNames.addAll(more.names.subList(size(), classes));
    allColours.addAll(more.colours.subList(size(), classes));
    return new Palette(allNames, allColours);
  }

  public int size() {
    return names.size();
  }

  private static Palette parse(List<String> lines, String source) {
    List<String> names = new ArrayList<>();
    List<Integer> colours = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty()) {
        continue;
      }
      Matcher m = LINE.matcher(line);
      int colour = m.matches() ? colour(m) : -1;
      if (colour < 0) {
        throw new FormatException(
            source + ": line " + (i + 1) + " is no '#rrggbb name' and no 'r g b name'");
      }
      String name = Objects.requireNonNullElse(m.group(m.group(1) != null ? 2 : 6), "").strip();
      names.add(name.isEmpty() ? "class " + names.size() : name);
      colours.add(colour);
    }
    if (names.isEmpty()) {
      throw new FormatException(source + ": has no lines; write one '#rrggbb name' a class");
    }
    return new Palette(names, colours);
  }

  /** The colour of a line; −1 when a level is above 255. */
  private static int colour(Matcher line) {
    if (line.group(1) != null) {
      return Integer.parseInt(line.group(1), 16);
    }
    int colour = 0;
    for (int c = 3; c < 6; c++) {
      int level = Integer.parseInt(line.group(c));
      if (level > 255) {
        return -1;
      }
      colour = colour << 8 | level;
    }
    return colour;
  }

  private static int hsv(double hue, double saturation, double value) {
    int colour = 0;
    for (int shift = 5; shift >= 1; shift -= 2) {
      double k = (shift + hue * 6) % 6;
      double level = value - value * saturation * Math.max(0, Math.min(1, Math.min(k, 4 - k)));
      colour = colour << 8 | (int) Math.round(level * 255);
    }
    return colour;
  }
}
