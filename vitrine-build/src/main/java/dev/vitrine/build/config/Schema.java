package dev.vitrine.build.config;

import dev.vitrine.graph.Suggestions;
import dev.vitrine.graph.VitrineException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The fields of records with {@link Setting}s: from the same table, trees of maps and lists are
 * read into records, records written as trees, and flags listed.
 */
final class Schema {
  /** The value of a flag: text, whatever the field's type. */
  record FlagValue(List<String> words) {}

  private final String before;
  private final List<String> ignored = new ArrayList<>();

  /**
   * @param before what errors put before a field's path
   */
  Schema(String before) {
    this.before = before;
  }

  /** The paths of fields that were said and mean nothing here, in the order of the schema. */
  List<String> ignored() {
    return ignored;
  }

  /**
   * Makes a record from a tree.
   *
   * @param tree maps, lists, texts, numbers, booleans and {@link FlagValue}s; null for nothing
   * @throws VitrineException naming the field that there isn't, or whose value doesn't fit
   */
  <R extends Record> R read(Class<R> type, Object tree) {
    return type.cast(record(type, tree, ""));
  }

  private Object record(Class<?> type, Object tree, String path) {
    if (tree != null && !(tree instanceof Map)) {
      throw fault(path, "is " + spell(tree) + "; it holds fields");
    }
    Map<?, ?> map = tree == null ? Map.of() : (Map<?, ?>) tree;
    RecordComponent[] components = type.getRecordComponents();
    List<String> names = Arrays.stream(components).map(Schema::name).toList();
    for (Object key : map.keySet()) {
      if (!names.contains(key.toString())) {
        String of = path.isEmpty() ? "field" : "field of " + path;
        throw fault("", Suggestions.unknown(of, key.toString(), names).getMessage());
      }
    }
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      RecordComponent c = components[i];
      String at = path.isEmpty() ? names.get(i) : path + "." + names.get(i);
      Object given = map.get(names.get(i));
      Setting setting = c.getAnnotation(Setting.class);
      Object standard = standard(c.getGenericType(), setting);
      values[i] = given == null ? standard : value(c.getGenericType(), given, at);
      if (setting.ignored() && !values[i].equals(standard)) {
        ignored.add(at);
      }
    }
    return make(type, components, values);
  }

  private static Object make(Class<?> type, RecordComponent[] components, Object[] values) {
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object standard(Type type, Setting setting) {
    if (type instanceof Class<?> c && c.isRecord()) {
      return record(c, null, "");
    }
    if (type instanceof ParameterizedType p) {
      return p.getRawType() == List.class ? List.of() : Map.of();
    }
    Class<?> c = (Class<?>) type;
    if (setting.value().isEmpty()) {
      return c.isEnum()
          ? c.getEnumConstants()[0]
          : c == String.class ? "" : c == boolean.class ? (Object) false : scalar(c, "0", "");
    }
    return scalar(c, setting.value(), "");
  }

  private Object value(Type type, Object given, String path) {
    if (type instanceof ParameterizedType p) {
      if (p.getRawType() == Map.class) {
        if (!(given instanceof Map)) {
          throw fault(path, "is " + spell(given) + "; it holds fields");
        }
        return given;
      }
      return list(p.getActualTypeArguments()[0], given, path);
    }
    Class<?> c = (Class<?>) type;
    return c.isRecord() ? record(c, given, path) : scalar(c, given, path);
  }

  private List<Object> list(Type item, Object given, String path) {
    List<?> items =
        switch (given) {
          case FlagValue f -> f.words().stream().map(w -> new FlagValue(List.of(w))).toList();
          case List<?> l -> l;
          // Prototxt can't tell one item from a list of one.
          default -> List.of(given);
        };
    List<Object> out = new ArrayList<>();
    for (Object one : items) {
      out.add(value(item, one, path + "[" + out.size() + "]"));
    }
    return List.copyOf(out);
  }

  private Object scalar(Class<?> type, Object given, String path) {
    boolean text = given instanceof FlagValue || given instanceof String;
    String word = given instanceof FlagValue f ? String.join(" ", f.words()) : spell(given);
    if (!(text || given instanceof Number || given instanceof Boolean)) {
      throw fault(path, "is " + word + "; it is one value");
    }
    if (type == String.class) {
      return word;
    } else if (type == boolean.class) {
      return bool(word, path);
    } else if (type == int.class || type == Integer.class) {
      return integer(word, path);
    } else if (type == double.class || type == Double.class) {
      return real(word, path);
    }
    return constant(type, word, path);
  }

  private boolean bool(String word, String path) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes", "on" -> true;
      case "false", "0", "no", "off" -> false;
      default -> throw fault(path, "is '" + word + "'; it is true or false");
    };
  }

  private int integer(String word, String path) {
    double d = real(word, path);
    if (d != Math.rint(d) || Math.abs(d) > Integer.MAX_VALUE) {
      throw fault(path, "is " + word + "; it is a whole number");
    }
    return (int) d;
  }

  private double real(String word, String path) {
    try {
      double d = Double.parseDouble(word);
      if (Double.isFinite(d)) {
        return d;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw fault(path, "is '" + word + "'; it is a number");
  }

  private Object constant(Class<?> type, String word, String path) {
    List<String> names = Arrays.stream(type.getEnumConstants()).map(Object::toString).toList();
    for (Object c : type.getEnumConstants()) {
      if (c.toString().equalsIgnoreCase(word)) {
        return c;
      }
    }
    throw fault(path, "is '" + word + "'; it is one of " + String.join(", ", names));
  }

  private VitrineException fault(String path, String what) {
    return new VitrineException(before + path + (path.isEmpty() ? "" : " ") + what);
  }

  private static String spell(Object value) {
    return switch (value) {
      case FlagValue f -> String.join(" ", f.words());
      case Map<?, ?> _ -> "a group of fields";
      case List<?> _ -> "a list";
      default -> value.toString();
    };
  }

  /** A record as a tree, fields by name; constants as text. */
  static Object tree(Object value) {
    return switch (value) {
      case Record r -> {
        Map<String, Object> out = new LinkedHashMap<>();
        for (RecordComponent c : r.getClass().getRecordComponents()) {
          try {
            out.put(name(c), tree(c.getAccessor().invoke(r)));
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
          }
        }
        yield out;
      }
      case List<?> l -> l.stream().map(Schema::tree).toList();
      case Enum<?> e -> e.toString();
      default -> value;
    };
  }

  /** Every scalar field, and every list of scalars, that is not inside a list. */
  static List<Flag> flags(Class<? extends Record> type) {
    List<Flag> out = new ArrayList<>();
    flags(type, "", out);
    return out;
  }

  private static void flags(Class<?> type, String path, List<Flag> out) {
    for (RecordComponent c : type.getRecordComponents()) {
      String at = path + name(c);
      Setting s = c.getAnnotation(Setting.class);
      if (c.getType().isRecord()) {
        flags(c.getType(), at + ".", out);
        continue;
      }
      boolean list = c.getType() == List.class;
      Type item =
          list ? ((ParameterizedType) c.getGenericType()).getActualTypeArguments()[0] : c.getType();
      if (item instanceof Class<?> k && !k.isRecord() && k != Map.class) {
        Flag.Values values =
            list
                ? Flag.Values.SEVERAL
                : k == boolean.class ? Flag.Values.AT_MOST_ONE : Flag.Values.ONE;
        out.add(new Flag(at, kind(k), values, help(s, k), s.ignored()));
      }
    }
  }

  private static String help(Setting s, Class<?> type) {
    if (s.ignored()) {
      return "accepted; means nothing on a CPU";
    }
    String standard =
        !s.value().isEmpty() || !type.isEnum() ? s.value() : type.getEnumConstants()[0].toString();
    return standard.isEmpty() ? s.help() : s.help() + " (default: " + standard + ")";
  }

  private static String kind(Class<?> type) {
    return type.isEnum() || type == String.class
        ? "TEXT"
        : type == boolean.class ? "BOOL" : type == double.class ? "NUMBER" : "N";
  }

  /** The component's name in snake case, or the one that its setting states. */
  private static String name(RecordComponent c) {
    String stated = c.getAnnotation(Setting.class).name();
    return stated.isEmpty()
        ? c.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT)
        : stated;
  }
}
