package dev.vitrine.formats.pickle;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.MappedFile;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Python's pickle machine, protocols 0 to 5, for data only: it never imports or runs anything;
 * names are looked up in {@link PickleGlobals}.
 *
 * <p>None is null; int a Long, or a BigInteger where it is larger; float a Double; str a String;
 * bytes a byte[]; a list an ArrayList; a tuple an unmodifiable List; a dict a LinkedHashMap.
 */
public final class PickleMachine {
  private static final int MAX_INSTRUCTIONS = 50_000_000;
  private static final int MAX_KEY = 64;
  private static final Object NONE = new Object();

  private final PickleReader in;
  private final PickleGlobals globals;
  private final UnaryOperator<Object> persistent;
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();

  /**
   * A machine at the start of some bytes.
   *
   * @param name stands for the file in errors
   * @param persistent gives the objects that lie outside the pickle, by what the pickle calls them;
   *     null when there are none
   */
  public PickleMachine(
      MemorySegment bytes, String name, PickleGlobals globals, UnaryOperator<Object> persistent) {
    this.in = new PickleReader(bytes, name);
    this.globals = globals;
    this.persistent = persistent;
  }

  /**
   * Reads a file that is one pickle.
   *
   * @throws FormatException when it is damaged or refers to anything not allowed
   */
  public static Object read(Path path) {
    try (MappedFile file = MappedFile.open(path)) {
      return new PickleMachine(file.bytes(), path.toString(), PickleGlobals.numpy(), null).read();
    }
  }

  /** Where the next pickle starts. */
  public long position() {
    return in.position();
  }

  /** Reads one pickle, to its end. */
  public Object read() {
    stack.clear();
    marks.clear();
    memo.clear();
    for (int n = 0; n < MAX_INSTRUCTIONS; n++) {
      int code = in.u8();
      if (code == '.') {
        Object result = pop();
        stack.clear();
        memo.clear();
        return result;
      }
      step(code);
    }
    throw in.fault("the pickle has too many instructions");
  }

  private void step(int code) {
    switch (code) {
      case 0x80 -> protocol();
      case 0x95 -> in.length(8); // FRAME: its length only helps those who read ahead.
      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) in.u8());
      case 'M' -> push((long) in.u16());
      case 'J' -> push((long) in.i32());
      case 'I' -> push(integer(in.line()));
      case 'L' -> push(integer(in.line().replaceFirst("L$", "")));
      case 0x8a -> push(in.integer(in.length(1)));
      case 0x8b -> push(in.integer(in.length(4)));
      case 'G' -> push(in.f64());
      case 'F' -> push(real(in.line()));
      case 'S' -> push(in.quoted());
      case 'V' -> push(in.escapedLine());
      case 'T' -> push(in.text(in.length(4), StandardCharsets.ISO_8859_1));
      case 'U' -> push(in.text(in.length(1), StandardCharsets.ISO_8859_1));
      case 'X' -> push(in.text(in.length(4), StandardCharsets.UTF_8));
      case 0x8c -> push(in.text(in.length(1), StandardCharsets.UTF_8));
      case 0x8d -> push(in.text(in.length(8), StandardCharsets.UTF_8));
      case 'B' -> push(in.bytes(in.length(4)));
      case 'C' -> push(in.bytes(in.length(1)));
      case 0x8e, 0x96 -> push(in.bytes(in.length(8)));
      case ')' -> push(List.of());
      case 0x85 -> push(tuple(take(1)));
      case 0x86 -> push(tuple(take(2)));
      case 0x87 -> push(tuple(take(3)));
      case 't' -> push(tuple(sinceMark()));
      case ']' -> push(new ArrayList<>());
      case 'l' -> push(sinceMark());
      case 'a' -> append(take(1));
      case 'e' -> append(sinceMark());
      case '}' -> push(dictionary());
      case 'd' -> {
        List<Object> items = sinceMark();
        push(dictionary());
        setItems(items);
      }
      case 's' -> setItems(take(2));
      case 'u' -> setItems(sinceMark());
      case '(' -> marks.add(stack.size());
      case '0' -> pop();
      case '1' -> sinceMark();
      case '2' -> push(top());
      case 'p' -> memoise(index(in.line()));
      case 'q' -> memoise(in.u8());
      case 'r' -> memoise(in.u32());
      case 0x94 -> memoise(memo.size());
      case 'g' -> recall(index(in.line()));
      case 'h' -> recall(in.u8());
      case 'j' -> recall(in.u32());
      case 'c' -> push(globals.find(in.line(), in.line(), in.name()));
      case 0x93 -> {
        List<Object> names = take(2);
        push(globals.find(string(names.get(0)), string(names.get(1)), in.name()));
      }
      case 'R', 0x81 -> {
        List<Object> call = take(2);
        push(call(call.get(0), call.get(1)));
      }
      case 'b' -> setState(pop());
      case 'P' -> push(outside(in.line()));
      case 'Q' -> push(outside(pop()));
      default -> throw in.fault("instruction 0x%02x is not supported".formatted(code));
    }
  }

  private void protocol() {
    int version = in.u8();
    if (version > 5) {
      throw in.fault("pickle protocol " + version + " is not known");
    }
  }

  private Object call(Object function, Object arguments) {
    if (!(function instanceof PickleGlobals.Function f) || !(arguments instanceof List<?> list)) {
      throw in.fault("something is called that is no function");
    }
    try {
      return f.call(list);
    } catch (FormatException e) {
      throw e;
    } catch (RuntimeException e) {
      throw in.fault("a value is made from arguments that don't suit it", e);
    }
  }

  /** Attributes that someone set on a dictionary are not kept. */
  private void setState(Object state) {
    Object target = top();
    if (target instanceof PickleGlobals.Stateful s) {
      try {
        s.setState(state);
      } catch (FormatException e) {
        throw e;
      } catch (RuntimeException e) {
        throw in.fault("a value has a state that doesn't suit it", e);
      }
    } else if (!(target instanceof Map<?, ?>)) {
      throw in.fault("a state is set on a value that has none");
    }
  }

  private Object outside(Object id) {
    if (persistent == null) {
      throw in.fault("refers to data outside the pickle");
    }
    return persistent.apply(id);
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() {
    return take(1).getFirst();
  }

  private Object top() {
    if (stack.size() <= bottom()) {
      throw in.fault("takes more values than there are");
    }
    return stack.getLast();
  }

  private int bottom() {
    return marks.isEmpty() ? 0 : marks.getLast();
  }

  private List<Object> take(int n) {
    if (stack.size() - n < bottom()) {
      throw in.fault("takes more values than there are");
    }
    return cut(stack.size() - n);
  }

  private List<Object> sinceMark() {
    if (marks.isEmpty()) {
      throw in.fault("closes a group that was not opened");
    }
    return cut(marks.removeLast());
  }

  private List<Object> cut(int from) {
    List<Object> tail = stack.subList(from, stack.size());
    List<Object> out = new ArrayList<>(tail);
    tail.clear();
    return out;
  }

  private void append(List<Object> items) {
    if (!(top() instanceof ArrayList<?>)) {
      throw in.fault("appends to what is no list");
    }
    @SuppressWarnings("unchecked")
    List<Object> list = (List<Object>) top();
    list.addAll(items);
  }

  private void setItems(List<Object> items) {
    if (!(top() instanceof LinkedHashMap<?, ?>) || items.size() % 2 != 0) {
      throw in.fault("sets entries of what is no dictionary");
    }
    @SuppressWarnings("unchecked")
    Map<Object, Object> map = (Map<Object, Object>) top();
    for (int i = 0; i < items.size(); i += 2) {
      if (!isKey(items.get(i))) {
        throw in.fault("a dictionary has a key that is no number, string or tuple");
      }
      map.put(items.get(i), items.get(i + 1));
    }
  }

  private void memoise(long index) {
    Object value = top();
    memo.put(index, value == null ? NONE : value);
  }

  private void recall(long index) {
    Object value = memo.get(index);
    if (value == null) {
      throw in.fault("recalls value " + index + ", which was not kept");
    }
    push(value == NONE ? null : value);
  }

  private String string(Object value) {
    if (value instanceof String s) {
      return s;
    }
    throw in.fault("a name is no string");
  }

  private long index(String text) {
    return integer(text) instanceof Long n ? n : -1;
  }

  private Object integer(String text) {
    if (text.equals("00") || text.equals("01")) {
      return text.equals("01");
    }
    if (!text.matches("[+-]?\\d{1,1000}")) {
      throw in.fault("'" + text + "' is no integer");
    }
    BigInteger n = new BigInteger(text);
    return n.bitLength() < 64 ? (Object) n.longValue() : n;
  }

  private Double real(String text) {
    try {
      return Double.valueOf(text.replace("inf", "Infinity").replace("nan", "NaN"));
    } catch (NumberFormatException e) {
      throw in.fault("'" + text + "' is no number", e);
    }
  }

  private static List<Object> tuple(List<Object> items) {
    return Collections.unmodifiableList(items);
  }

  static LinkedHashMap<Object, Object> dictionary() {
    return new LinkedHashMap<>(4);
  }

  /** A value that may be a key: hashing it must neither change later nor take long. */
  static Object key(Object value) {
    if (!isKey(value)) {
      throw new IllegalArgumentException("no key");
    }
    return value;
  }

  private static boolean isKey(Object value) {
    return afterHashing(value, MAX_KEY) >= 0;
  }

  /** What is left of the number of values that hashing may visit; negative for what is no key. */
  private static int afterHashing(Object value, int budget) {
    int left = budget - 1;
    return switch (value) {
      case null -> left;
      case Boolean _, Long _, BigInteger _, Double _, String _ -> left;
      case ArrayList<?> _ -> -1;
      case List<?> tuple -> {
        for (int i = 0; i < tuple.size() && left >= 0; i++) {
          left = afterHashing(tuple.get(i), left);
        }
        yield left;
      }
      default -> -1;
    };
  }

  /** Bytes, or a string that stands for them, one character a byte. */
  static byte[] bytes(Object value) {
    return value instanceof byte[] b ? b : ((String) value).getBytes(StandardCharsets.ISO_8859_1);
  }
}
