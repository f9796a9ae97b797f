package dev.vitrine.formats.family;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the tensors of a family are called: in its original code, and in other collections. A row is
 * one tensor or layer; {@code #} stands for a number that counts from 0, {@code @} for the same
 * number counted from 1, and <code>{a,b}</code> for tensors that the original joins along its first
 * axis.
 */
final class NameTable {
  /**
   * What a name stands for.
   *
   * @param original the original code's name
   * @param part which of {@code parts} tensors to join it is
   * @param naming whose name it is
   */
  record Meaning(String original, int part, int parts, Naming naming) {}

  private record Template(Pattern pattern, String original, int part, int parts, Naming naming) {}

  private static final List<String> SUFFIXES =
      List.of(".weight", ".bias", ".running_mean", ".running_var", ".num_batches_tracked");

  private final List<List<String>> rows = new ArrayList<>();
  private final Set<String> heads = new HashSet<>();

  /** Templates by their last word; by "" where that has a number. */
  private final Map<String, List<Template>> templates = new HashMap<>();

  /**
   * Adds a row: the original name, then that of each other naming; one left out is as before it.
   */
  NameTable row(String... names) {
    List<String> row = new ArrayList<>(List.of(names));
    while (row.size() < Naming.values().length) {
      row.add(row.getLast());
    }
    rows.add(row);
    for (Naming naming : Naming.values()) {
      List<String> parts = parts(row.get(naming.ordinal()));
      for (int i = 0; i < parts.size(); i++) {
        templates
            .computeIfAbsent(lastWord(parts.get(i)), _ -> new ArrayList<>())
            .add(new Template(pattern(parts.get(i)), names[0], i, parts.size(), naming));
      }
    }
    return this;
  }

  /** Adds a row for what stands outside the backbone, and outside its prefix. */
  NameTable head(String... names) {
    heads.add(names[0]);
    return row(names);
  }

  /** What a name means; null when it is in no row. */
  Meaning meaning(String name) {
    String suffix = suffix(name);
    String stem = name.substring(0, name.length() - suffix.length());
    for (String word : List.of(lastWord(stem), "")) {
      for (Template t : templates.getOrDefault(word, List.of())) {
        Matcher m = t.pattern.matcher(stem);
        if (m.matches()) {
          return new Meaning(filled(t.original, m) + suffix, t.part, t.parts, t.naming);
        }
      }
    }
    return null;
  }

  /**
   * The names that a naming has for an original name: several where it keeps the parts apart.
   *
   * @param prefix put before names of the backbone
   */
  List<String> names(String original, Naming naming, String prefix) {
    String suffix = suffix(original);
    String stem = original.substring(0, original.length() - suffix.length());
    for (List<String> row : rows) {
      Matcher m = pattern(row.getFirst()).matcher(stem);
      if (m.matches()) {
        String before = heads.contains(row.getFirst()) ? "" : prefix;
        return parts(row.get(naming.ordinal())).stream()
            .map(p -> before + filled(p, m) + suffix)
            .toList();
      }
    }
    throw new IllegalArgumentException(original + " is in no row");
  }

  /** Whether a naming has a name of its own for an original name. */
  boolean has(String original, Naming naming) {
    return naming == Naming.ORIGINAL || !names(original, naming, "").contains(original);
  }

  private static String suffix(String name) {
    return SUFFIXES.stream().filter(name::endsWith).findFirst().orElse("");
  }

  private static String lastWord(String template) {
    String word = template.substring(template.lastIndexOf('.') + 1);
    return word.matches(".*[#@].*") ? "" : word;
  }

  private static List<String> parts(String template) {
    int open = template.indexOf('{');
    if (open < 0) {
      return List.of(template);
    }
    int close = template.indexOf('}');
    List<String> out = new ArrayList<>();
    for (String word : template.substring(open + 1, close).split(",", -1)) {
      out.add(template.substring(0, open) + word + template.substring(close + 1));
    }
    return out;
  }

  /** Numbers become groups, named by what they count from. */
  private static Pattern pattern(String template) {
    StringBuilder s = new StringBuilder();
    int numbers = 0;
    for (char c : template.toCharArray()) {
      switch (c) {
        case '#' -> s.append("(?<zero").append(numbers++).append(">\\d{1,4})");
        case '@' -> s.append("(?<one").append(numbers++).append(">\\d{1,4})");
        default -> s.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(s.toString());
  }

  /** A template with the numbers that another's match found. */
  private static String filled(String template, Matcher m) {
    StringBuilder s = new StringBuilder();
    int numbers = 0;
    for (char c : template.toCharArray()) {
      if (c == '#' || c == '@') {
        boolean fromOne = m.namedGroups().containsKey("one" + numbers);
        int n = Integer.parseInt(m.group(++numbers)) - (fromOne ? 1 : 0);
        s.append(c == '@' ? n + 1 : n);
      } else {
        s.append(c);
      }
    }
    return s.toString();
  }
}
