package dev.vitrine.build.config;

import dev.vitrine.formats.FormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads protobuf's text format into a tree: {@code field: value}, {@code field { … }}, lists in
 * brackets, comments after #. A field that comes several times is a list; so is one in brackets.
 */
final class Prototxt {
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?:\\s|#[^\\n]*)*+(?:(?<text>\"(?:[^\"\\\\\\n]|\\\\.)*+\"|'(?:[^'\\\\\\n]|\\\\.)*+')"
              + "|(?<word>[-+.\\w]++)|(?<mark>[:{}<>\\[\\],;])|(?<end>\\z))");
  private static final int MAX_DEPTH = 64;

  private final String name;
  private final String source;
  private final Matcher matcher;
  private int at;

  private Prototxt(String source, String name) {
    this.source = source;
    this.name = name;
    matcher = TOKEN.matcher(source);
    advance();
  }

  /**
   * @param name stands for the text in errors
   */
  static Map<String, Object> parse(String text, String name) {
    Prototxt p = new Prototxt(text, name);
    Map<String, Object> out = p.fields("", 0);
    if (!p.atEnd()) {
      throw p.fault("'" + p.matcher.group().strip() + "' was not expected");
    }
    return out;
  }

  private void advance() {
    if (!matcher.region(at, source.length()).lookingAt()) {
      throw fault("a character that means nothing");
    }
    at = matcher.end();
  }

  private boolean atEnd() {
    return matcher.group("end") != null;
  }

  private boolean mark(String marks) {
    String m = matcher.group("mark");
    return m != null && marks.contains(m);
  }

  private boolean skip(String marks) {
    boolean found = mark(marks);
    if (found) {
      advance();
    }
    return found;
  }

  private Map<String, Object> fields(String closing, int depth) {
    if (depth > MAX_DEPTH) {
      throw fault("too many levels");
    }
    Map<String, Object> out = new LinkedHashMap<>();
    while (!atEnd() && !mark("}>")) {
      String field = matcher.group("word");
      if (field == null) {
        throw fault("a field's name is missing");
      }
      advance();
      boolean colon = skip(":");
      if (!colon && !mark("{<")) {
        throw fault("after '" + field + "' comes a colon");
      }
      boolean list = mark("[");
      put(out, field, value(depth), list);
      skip(",;");
    }
    if (!closing.isEmpty() && !mark(closing)) {
      throw fault("'" + closing + "' is missing");
    }
    return out;
  }

  private static void put(Map<String, Object> out, String field, Object value, boolean list) {
    Object old = out.get(field);
    if (old == null) {
      out.put(field, value);
      return;
    }
    List<Object> all = new ArrayList<>(old instanceof List<?> l ? l : List.of(old));
    if (list) {
      all.addAll((List<?>) value);
    } else {
      all.add(value);
    }
    out.put(field, all);
  }

  private Object value(int depth) {
    if (mark("{<")) {
      String closing = matcher.group("mark").equals("{") ? "}" : ">";
      advance();
      Map<String, Object> fields = fields(closing, depth + 1);
      advance();
      return fields;
    }
    if (skip("[")) {
      if (depth > MAX_DEPTH) {
        throw fault("too many levels");
      }
      List<Object> items = new ArrayList<>();
      while (!skip("]")) {
        items.add(value(depth + 1));
        if (!skip(",") && !mark("]")) {
          throw fault("']' is missing");
        }
      }
      return items;
    }
    if (matcher.group("text") != null) {
      StringBuilder joined = new StringBuilder();
      while (matcher.group("text") != null) {
        String quoted = matcher.group("text");
        joined.append(quoted.substring(1, quoted.length() - 1).replaceAll("\\\\(.)", "$1"));
        advance();
      }
      return joined.toString();
    }
    String word = matcher.group("word");
    if (word == null) {
      throw fault("a value is missing");
    }
    advance();
    return word;
  }

  private FormatException fault(String what) {
    long line = source.substring(0, Math.min(at, source.length())).lines().count();
    return new FormatException(
        "%s: line %d: %s; correct it".formatted(name, Math.max(1, line), what));
  }
}
