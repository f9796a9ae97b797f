package dev.vitrine.engine.packed;

import dev.vitrine.formats.FormatException;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Values of a closed list of types as plain JSON values and back: numbers, booleans, texts, enums
 * by name, arrays and lists of numbers and of these, and records. A record is the list of its
 * components. Where a sealed interface is declared its record's simple name stands before them, and
 * an {@link Op} has its class's name; no other class is ever made. Anything but a number can be
 * null. Floats are written as the doubles that they are, so that each comes back to the bit.
 */
final class Codec {
  /**
   * The packages whose records that are operations can be named, by what stands before the name.
   */
  private static final Map<String, String> OPERATIONS =
      Map.of("", "dev.vitrine.graph.op.", "fused.", "dev.vitrine.compiler.fused.");

  private final Function<Tensor, String> nameOf;
  private final Function<String, Tensor> tensors;
  private final Map<Class<?>, Layout> layouts = new HashMap<>();
  private final Map<Class<?>, Map<String, Class<?>>> kinds = new HashMap<>();

  private record Layout(RecordComponent[] parts, Constructor<?> make) {}

  /**
   * @param nameOf keeps an operation's tensor and names it
   * @param tensors finds it by that name; null when there is none
   */
  Codec(Function<Tensor, String> nameOf, Function<String, Tensor> tensors) {
    this.nameOf = nameOf;
    this.tensors = tensors;
  }

  /** For values without tensors. */
  Codec() {
    this(
        t -> {
          throw new IllegalArgumentException("a tensor has no place here");
        },
        _ -> null);
  }

  /** The plain form of a value of a declared type. */
  Object write(Type declared, Object value) {
    return switch (value) {
      case null -> null;
      case Float f -> Float.isFinite(f) ? (Object) f.doubleValue() : f.toString();
      case Double d -> Double.isFinite(d) ? (Object) d : d.toString();
      case Number n -> n.longValue();
      case Boolean b -> b;
      case String s -> s;
      case Enum<?> e -> e.name();
      case Tensor t -> nameOf.apply(t);
      case List<?> list -> {
        Type element = ((ParameterizedType) declared).getActualTypeArguments()[0];
        List<Object> out = new ArrayList<>();
        list.forEach(v -> out.add(write(element, v)));
        yield out;
      }
      case Record r -> record((Class<?>) declared, r);
      default -> {
        if (!value.getClass().isArray()) {
          throw new IllegalArgumentException("no form for " + value.getClass());
        }
        List<Object> out = new ArrayList<>();
        for (int i = 0; i < Array.getLength(value); i++) {
          out.add(write(value.getClass().componentType(), Array.get(value, i)));
        }
        yield out;
      }
    };
  }

  private List<Object> record(Class<?> declared, Record r) {
    List<Object> out = new ArrayList<>();
    if (declared == Op.class) {
      out.add(operation(r.getClass()));
    } else if (declared.isInterface()) {
      out.add(r.getClass().getSimpleName());
    }
    for (RecordComponent c : layout(r.getClass()).parts) {
      try {
        Method get = c.getAccessor();
        get.setAccessible(true);
        out.add(write(c.getGenericType(), get.invoke(r)));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(r.getClass() + "." + c.getName(), e);
      }
    }
    return out;
  }

  /**
   * A value of the declared type from its plain form.
   *
   * @throws VitrineException or another RuntimeException when it has none
   */
  Object read(Type declared, Object plain) {
    if (declared instanceof ParameterizedType p && p.getRawType() == List.class) {
      Type element = p.getActualTypeArguments()[0];
      List<Object> out = new ArrayList<>();
      for (Object v : plain == null ? List.of() : (List<?>) plain) {
        out.add(read(element, v));
      }
      return plain == null ? null : Collections.unmodifiableList(out);
    }
    Class<?> type = (Class<?>) declared;
    if (type == int.class || type == Integer.class) {
      return Math.toIntExact((Long) plain);
    } else if (type == long.class || type == Long.class) {
      return (Long) plain;
    } else if (type == float.class || type == Float.class) {
      return plain instanceof String s
          ? Float.parseFloat(s)
          : (Object) ((Number) plain).floatValue();
    } else if (type == double.class || type == Double.class) {
      return plain instanceof String s
          ? Double.parseDouble(s)
          : (Object) ((Number) plain).doubleValue();
    } else if (type == boolean.class || type == Boolean.class) {
      return (Boolean) plain;
    } else if (plain == null) {
      return null;
    } else if (type == String.class) {
      return (String) plain;
    } else if (type.isEnum()) {
      return constant(type, (String) plain);
    } else if (type == Tensor.class) {
      Tensor t = tensors.apply((String) plain);
      if (t == null) {
        throw new FormatException("there is no tensor '" + plain + "'");
      }
      return t;
    }
    List<?> list = (List<?>) plain;
    if (type.isArray()) {
      Object out = Array.newInstance(type.componentType(), list.size());
      for (int i = 0; i < list.size(); i++) {
        Array.set(out, i, read(type.componentType(), list.get(i)));
      }
      return out;
    }
    if (type.isRecord()) {
      return make(type, list);
    }
    Class<?> kind = type == Op.class ? operation((String) list.getFirst()) : kind(type, list);
    return make(kind, list.subList(1, list.size()));
  }

  private Object make(Class<?> type, List<?> plain) {
    Layout layout = layout(type);
    if (plain.size() != layout.parts.length) {
      throw new FormatException(
          "a " + type.getSimpleName() + " of " + plain.size() + " parts is none");
    }
    Object[] args = new Object[plain.size()];
    for (int i = 0; i < args.length; i++) {
      args[i] = read(layout.parts[i].getGenericType(), plain.get(i));
    }
    try {
      return layout.make.newInstance(args);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException r) {
        throw r;
      }
      throw new IllegalStateException(type.getName(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName(), e);
    }
  }

  private Layout layout(Class<?> type) {
    return layouts.computeIfAbsent(
        type,
        t -> {
          RecordComponent[] parts = t.getRecordComponents();
          Class<?>[] types =
              Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
          try {
            Constructor<?> make = t.getDeclaredConstructor(types);
            make.setAccessible(true);
            return new Layout(parts, make);
          } catch (NoSuchMethodException e) {
            throw new IllegalStateException(t.getName(), e);
          }
        });
  }

  private static Object constant(Class<?> type, String name) {
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new FormatException("'" + name + "' is no " + type.getSimpleName());
  }

  private Class<?> kind(Class<?> type, List<?> plain) {
    Map<String, Class<?>> known =
        kinds.computeIfAbsent(
            type,
            t -> {
              Map<String, Class<?>> out = new HashMap<>();
              if (t.isSealed()) {
                for (Class<?> c : t.getPermittedSubclasses()) {
                  out.put(c.getSimpleName(), c);
                }
              }
              return out;
            });
    Class<?> kind = known.get((String) plain.getFirst());
    if (kind == null || !kind.isRecord()) {
      throw new FormatException("'" + plain.getFirst() + "' is no " + type.getSimpleName());
    }
    return kind;
  }

  private static String operation(Class<?> type) {
    for (Map.Entry<String, String> e : OPERATIONS.entrySet()) {
      if (type.getName().equals(e.getValue() + type.getSimpleName())) {
        return e.getKey() + type.getSimpleName();
      }
    }
    throw new IllegalArgumentException(type + " is no operation of Vitrine's");
  }

  private static Class<?> operation(String name) {
    int dot = name.indexOf('.');
    String inside = OPERATIONS.get(name.substring(0, dot + 1));
    String simple = name.substring(dot + 1);
    if (inside != null && simple.matches("[A-Z][A-Za-z0-9]{0,63}")) {
      try {
        Class<?> type = Class.forName(inside + simple, false, Codec.class.getClassLoader());
        if (type.isRecord() && Op.class.isAssignableFrom(type)) {
          return type;
        }
      } catch (ClassNotFoundException | NoClassDefFoundError e) {
        // Named below.
      }
    }
    throw new FormatException("'" + name + "' is no operation");
  }
}
