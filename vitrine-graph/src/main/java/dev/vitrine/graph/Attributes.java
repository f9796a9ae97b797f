package dev.vitrine.graph;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Attributes of operations by name, from the record's components and back. */
public final class Attributes {
  private Attributes() {}

  /** The attributes in the order of declaration. */
  public static Map<String, Object> of(Op op) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (RecordComponent c : components(op.getClass())) {
      try {
        var get = c.getAccessor();
        get.setAccessible(true);
        out.put(c.getName(), get.invoke(op));
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException(op.name() + "." + c.getName(), e);
      }
    }
    return out;
  }

  /**
   * An operation of that kind with those attributes. Numbers and names are converted to the
   * component's type.
   *
   * @throws GraphException for an attribute that is missing, unknown or of the wrong kind
   */
  public static <T extends Op> T build(Class<T> kind, Map<String, Object> attributes) {
    RecordComponent[] parts = components(kind);
    Class<?>[] types = new Class<?>[parts.length];
    Object[] args = new Object[parts.length];
    Map<String, Object> left = new LinkedHashMap<>(attributes);
    for (int i = 0; i < parts.length; i++) {
      types[i] = parts[i].getType();
      if (!left.containsKey(parts[i].getName())) {
        throw new GraphException(
            kind.getSimpleName() + " needs the attribute '" + parts[i].getName() + "'");
      }
      args[i] = convert(kind, parts[i], left.remove(parts[i].getName()));
    }
    if (!left.isEmpty()) {
      throw new GraphException(
          kind.getSimpleName() + " has no attribute '" + left.keySet().iterator().next() + "'");
    }
    try {
      var make = kind.getDeclaredConstructor(types);
      make.setAccessible(true);
      return make.newInstance(args);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof GraphException g) {
        throw g;
      }
      throw new IllegalStateException(kind.getName(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(kind.getName(), e);
    }
  }

  private static RecordComponent[] components(Class<?> kind) {
    RecordComponent[] parts = kind.getRecordComponents();
    if (parts == null) {
      throw new IllegalStateException(kind.getName() + " is no record");
    }
    return parts;
  }

  private static Object convert(Class<?> kind, RecordComponent part, Object value) {
    Class<?> type = part.getType();
    if (value == null && type.isEnum()) {
      return null;
    }
    try {
      if (type == long.class) {
        return ((Number) value).longValue();
      } else if (type == int.class) {
        return Math.toIntExact(((Number) value).longValue());
      } else if (type == float.class) {
        return ((Number) value).floatValue();
      } else if (type == boolean.class) {
        return value instanceof Number n ? n.longValue() != 0 : (Boolean) value;
      } else if (type.isEnum()) {
        for (Object constant : type.getEnumConstants()) {
          if (((Enum<?>) constant).name().equalsIgnoreCase(value.toString())) {
            return constant;
          }
        }
        throw new ClassCastException();
      } else if (type == List.class && part.getGenericType() instanceof ParameterizedType p) {
        return list((List<?>) value, p.getActualTypeArguments()[0]);
      }
      return type.cast(value);
    } catch (ClassCastException | ArithmeticException | NullPointerException e) {
      throw new GraphException(
          String.format(
              Locale.ROOT,
              "%s: attribute '%s' can't be %s",
              kind.getSimpleName(),
              part.getName(),
              value),
          e);
    }
  }

  private static List<?> list(List<?> values, java.lang.reflect.Type element) {
    if (element == Long.class) {
      return values.stream().map(v -> ((Number) v).longValue()).toList();
    } else if (element == Float.class) {
      return values.stream().map(v -> ((Number) v).floatValue()).toList();
    }
    return List.copyOf(values);
  }
}
