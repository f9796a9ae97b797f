package dev.vitrine.formats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.vitrine.formats.JsonReader.Token;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON value, or a value that is not there. Asking for something that isn't there gives what the
 * caller names, so that a chain of keys needs no checks. Deeply immutable.
 */
public final class Json {
  private static final long MAX_FILE = 64 << 20;
  private static final Json ABSENT = new Json(null);

  /**
   * A Map, List, String, Long, Double or Boolean; null for JSON's null and for what is not there.
   */
  private final Object value;

  private Json(Object value) {
    this.value = value;
  }

  /** What is not there. */
  public static Json absent() {
    return ABSENT;
  }

  /**
   * Reads a file; {@link #absent()} when there is none.
   *
   * @throws FormatException when it is no JSON
   */
  public static Json read(Path file) {
    if (!Files.isRegularFile(file)) {
      return ABSENT;
    }
    try {
      if (Files.size(file) > MAX_FILE) {
        throw new FormatException(file + ": is too large to be read as JSON");
      }
      return parse(Files.readString(file), file.toString());
    } catch (IOException e) {
      throw new FormatException(file + ": can't be read (" + e.getMessage() + ")", e);
    }
  }

  /**
   * Reads text.
   *
   * @param name stands for the text in errors
   * @throws FormatException when it is no JSON
   */
  public static Json parse(String text, String name) {
    try {
      JsonReader json = new JsonReader(text.getBytes(StandardCharsets.UTF_8));
      json.next();
      Json read = new Json(value(json));
      json.next();
      return read;
    } catch (IOException e) {
      throw new FormatException(
          name + ": is damaged (" + e.getMessage() + "); download it again", e);
    }
  }

  /** The value at the current token; the reader bounds the depth. */
  private static Object value(JsonReader json) throws IOException {
    return switch (json.token()) {
      case START_OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        while (json.next() != Token.END_OBJECT) {
          String key = json.name();
          map.put(key, value(json));
        }
        yield map;
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (json.next() != Token.END_ARRAY) {
          list.add(value(json));
        }
        yield list;
      }
      case STRING -> json.string();
      case INTEGER -> (Object) json.integer();
      case REAL -> (Object) json.real();
      case TRUE -> true;
      case FALSE -> false;
      case NULL -> null;
      case END_OBJECT, END_ARRAY -> throw new IllegalStateException("no value");
    };
  }

  /** Text of a value of maps, lists, strings, numbers and booleans, indented by two. */
  public static String print(Object value) {
    return print(value, true);
  }

  /** As {@link #print(Object)}, on one line. */
  public static String compact(Object value) {
    return print(value, false);
  }

  private static String print(Object value, boolean indented) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Writer.FACTORY.createGenerator(text)) {
      if (indented) {
        json.useDefaultPrettyPrinter();
      }
      write(json, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** Made when it is first needed. */
  private static final class Writer {
    static final JsonFactory FACTORY = new JsonFactory();
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> e : map.entrySet()) {
          json.writeFieldName(e.getKey().toString());
          write(json, e.getValue());
        }
        json.writeEndObject();
      }
      case List<?> list -> {
        json.writeStartArray();
        for (Object item : list) {
          write(json, item);
        }
        json.writeEndArray();
      }
      case Boolean b -> json.writeBoolean(b);
      case Float f -> json.writeNumber(f);
      case Double d -> json.writeNumber(d);
      case Number n -> json.writeNumber(n.longValue());
      default -> json.writeString(value.toString());
    }
  }

  /** Whether there is a value other than null. */
  public boolean exists() {
    return value != null;
  }

  public boolean isObject() {
    return value instanceof Map;
  }

  public boolean isList() {
    return value instanceof List;
  }

  public boolean isText() {
    return value instanceof String;
  }

  public boolean isNumber() {
    return value instanceof Number;
  }

  /** The entry of an object. */
  public Json at(String key) {
    return value instanceof Map<?, ?> map && map.get(key) != null ? new Json(map.get(key)) : ABSENT;
  }

  /** The item of a list. */
  public Json at(int index) {
    return value instanceof List<?> list && index < list.size()
        ? new Json(list.get(index))
        : ABSENT;
  }

  /** How many entries or items there are. */
  public int size() {
    return switch (value) {
      case Map<?, ?> map -> map.size();
      case List<?> list -> list.size();
      case null, default -> 0;
    };
  }

  /** The entries of an object in the text's order; empty for anything else. */
  public Map<String, Json> entries() {
    Map<String, Json> out = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((k, v) -> out.put((String) k, new Json(v)));
    }
    return out;
  }

  public String text(String otherwise) {
    return value instanceof String s ? s : otherwise;
  }

  public int integer(int otherwise) {
    return value instanceof Number n ? n.intValue() : otherwise;
  }

  public double real(double otherwise) {
    return value instanceof Number n ? n.doubleValue() : otherwise;
  }

  public boolean bool(boolean otherwise) {
    return value instanceof Boolean b ? b : otherwise;
  }

  /** For {@link #print}: maps, lists and plain values. */
  public Object plain() {
    return value;
  }
}
