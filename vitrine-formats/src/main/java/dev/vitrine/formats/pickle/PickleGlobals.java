package dev.vitrine.formats.pickle;

import dev.vitrine.formats.FormatException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a pickle may refer to by name: the allow-list. Whatever is not in it stops the reading. */
public final class PickleGlobals {
  /**
   * What stands for a callable: it gets the arguments and makes a value. Nothing else ever runs.
   */
  @FunctionalInterface
  public interface Function {
    /** Any runtime exception is reported as arguments that don't suit. */
    Object call(List<?> arguments);
  }

  /** A value that is made empty and gets its content by a later instruction. */
  public interface Stateful {
    void setState(Object state);
  }

  private final Map<String, Object> known;
  private final String remedy;

  private PickleGlobals(Map<String, Object> known, String remedy) {
    this.known = known;
    this.remedy = remedy;
  }

  /** Ordered dictionaries and NumPy's arrays and scalars. */
  public static PickleGlobals numpy() {
    Map<String, Object> known = new HashMap<>(NumpyGlobals.all());
    known.put("collections.OrderedDict", (Function) PickleGlobals::orderedDict);
    known.put("_codecs.encode", (Function) PickleGlobals::encode);
    known.put("builtins.bytes", (Function) PickleGlobals::bytes);
    known.put("__builtin__.bytes", (Function) PickleGlobals::bytes);
    return new PickleGlobals(known, "save plain numbers, strings, lists and arrays");
  }

  /**
   * This list and more.
   *
   * @param more values by qualified name: a {@link Function} where it is called, any marker else
   * @param remedy what to do about a name that is not allowed, for the error
   */
  public PickleGlobals with(Map<String, Object> more, String remedy) {
    Map<String, Object> all = new HashMap<>(known);
    all.putAll(more);
    return new PickleGlobals(all, remedy);
  }

  Object find(String module, String name, String file) {
    Object found = known.get(module + "." + name);
    if (found == null) {
      throw new FormatException(
          "%s: refers to %s.%s, which is not allowed; nothing was executed; %s"
              .formatted(file, module, name, remedy));
    }
    return found;
  }

  private static Map<Object, Object> orderedDict(List<?> arguments) {
    Map<Object, Object> dict = PickleMachine.dictionary();
    if (!arguments.isEmpty()) {
      for (Object pair : (List<?>) arguments.getFirst()) {
        List<?> entry = (List<?>) pair;
        dict.put(PickleMachine.key(entry.get(0)), entry.get(1));
      }
    }
    return dict;
  }

  /** Bytes in a protocol that has none: a string of as many characters. */
  private static byte[] encode(List<?> arguments) {
    if (arguments.size() != 2 || !arguments.get(1).toString().matches("latin-?1")) {
      throw new IllegalArgumentException("only latin1");
    }
    return PickleMachine.bytes(arguments.getFirst());
  }

  private static byte[] bytes(List<?> arguments) {
    return arguments.isEmpty() ? new byte[0] : PickleMachine.bytes(arguments.getFirst());
  }
}
