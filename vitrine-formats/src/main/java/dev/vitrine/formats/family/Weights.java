package dev.vitrine.formats.family;

import dev.vitrine.formats.Checkpoint;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.family.NameTable.Meaning;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The tensors of a checkpoint under the names of the family's original code. Float32 copies are
 * made when asked for and shared as long as somebody holds them. Safe for several threads.
 */
final class Weights {
  private static final Pattern WRAPPER = Pattern.compile("^(?:(?:module|_orig_mod)\\.)+");
  private static final Pattern CHUNK = Pattern.compile("(^|\\.)blocks\\.\\d+\\.(\\d+)\\.");

  private final Checkpoint checkpoint;
  private final Map<String, List<Tensor>> parts;
  private final Naming naming;
  private final List<String> unknown;
  private final String broken;
  private final Map<String, WeakReference<Tensor>> ready = new ConcurrentHashMap<>();

  private Weights(
      Checkpoint checkpoint,
      Map<String, List<Tensor>> parts,
      Naming naming,
      List<String> unknown,
      String broken) {
    this.checkpoint = checkpoint;
    this.parts = parts;
    this.naming = naming;
    this.unknown = unknown;
    this.broken = broken;
  }

  /**
   * Reads a checkpoint by a table.
   *
   * @param prefix what stands before the backbone's names; names without it are matched as they are
   */
  static Weights of(Checkpoint checkpoint, NameTable table, String prefix) {
    Map<String, Tensor[]> found = new LinkedHashMap<>();
    List<String> unknown = new ArrayList<>();
    String broken = null;
    Map<Naming, Integer> votes = new EnumMap<>(Naming.class);
    for (Map.Entry<String, Tensor> e : checkpoint.tensors().entrySet()) {
      String name = clean(e.getKey());
      boolean inside = name.startsWith(prefix);
      Meaning m = table.meaning(inside ? name.substring(prefix.length()) : name);
      if (m != null) {
        Tensor[] slots = found.computeIfAbsent(m.original(), _ -> new Tensor[m.parts()]);
        if (slots.length != m.parts() || slots[m.part()] != null) {
          broken = "tensor '" + e.getKey() + "' is there under two names";
        } else {
          slots[m.part()] = e.getValue();
        }
        votes.merge(m.naming(), 1, Integer::sum);
      } else if (inside) {
        unknown.add(name.substring(prefix.length()));
      }
    }
    Map<String, List<Tensor>> parts = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor[]> e : found.entrySet()) {
      if (Arrays.asList(e.getValue()).contains(null)) {
        broken = "a part of '" + e.getKey() + "' is missing; export the whole model";
      } else {
        parts.put(e.getKey(), List.of(e.getValue()));
      }
    }
    Naming naming =
        votes.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .orElse(Naming.ORIGINAL);
    return new Weights(checkpoint, Collections.unmodifiableMap(parts), naming, unknown, broken);
  }

  /**
   * A name without what wrappers add: {@code module.} before it, and the number of the chunk that a
   * block was trained in.
   */
  static String clean(String name) {
    return CHUNK.matcher(WRAPPER.matcher(name).replaceFirst("")).replaceFirst("$1blocks.$2.");
  }

  /** Stops when tensors were missing or doubled. */
  void requireWhole() {
    if (broken != null) {
      throw checkpoint.fault(broken);
    }
  }

  /** Whose names most tensors have; where names agree the original's. */
  Naming naming() {
    return naming;
  }

  /** Names in the file that the table doesn't have. */
  List<String> unknown() {
    return unknown;
  }

  Collection<String> names() {
    return parts.keySet();
  }

  boolean has(String name) {
    return parts.containsKey(name);
  }

  /** How many numbers from {@code first} on give a name when {@code #} is replaced by them. */
  int count(String template, int first) {
    int n = 0;
    while (has(template.replace("#", Integer.toString(first + n)))) {
      n++;
    }
    return n;
  }

  /** The shape, of parts joined. */
  Shape shape(String name) {
    List<Tensor> list = parts(name);
    Shape shape = list.getFirst().shape();
    if (list.size() == 1) {
      return shape;
    }
    long rows = 0;
    for (Tensor t : list) {
      if (shape.rank() == 0 || t.rank() != shape.rank() || t.count() != list.getFirst().count()) {
        throw fault(name, "has parts of different shapes");
      }
      rows += t.size(0);
    }
    return shape.with(0, Dim.of(rows));
  }

  /** The size of an axis as an int. */
  int size(String name, int axis) {
    Shape shape = shape(name);
    if (axis >= shape.rank() || shape.size(axis) > 1 << 24) {
      throw fault(name, "has the shape " + shape + ", which doesn't fit the model");
    }
    return (int) shape.size(axis);
  }

  /** The tensors as stored, to be joined along the first axis. */
  List<Tensor> parts(String name) {
    List<Tensor> list = parts.get(name);
    if (list == null) {
      throw checkpoint.fault("tensor '" + name + "' is missing; export the whole model");
    }
    return list;
  }

  /** A tensor as float32; a copy unless it is stored so. */
  Tensor f32(String name) {
    return shared(name, () -> Floats.joined(parts(name), shape(name)));
  }

  /** A matrix [rows, columns] as float32 [columns, rows]. */
  Tensor transposed(String name) {
    if (shape(name).rank() != 2) {
      throw fault(name, "has the shape " + shape(name) + ", but a matrix is expected");
    }
    return shared(name + "ᵀ", () -> Floats.transposed(parts(name)));
  }

  private Tensor shared(String key, Supplier<Tensor> maker) {
    WeakReference<Tensor> reference = ready.get(key);
    Tensor tensor = reference == null ? null : reference.get();
    if (tensor == null) {
      tensor = maker.get();
      ready.put(key, new WeakReference<>(tensor));
    }
    return tensor;
  }

  /** Checks a tensor's shape; negative sizes match anything. */
  void check(String name, long... sizes) {
    Shape shape = shape(name);
    boolean fits = shape.rank() == sizes.length;
    for (int i = 0; fits && i < sizes.length; i++) {
      fits = sizes[i] < 0 || shape.size(i) == sizes[i];
    }
    if (!fits) {
      throw fault(name, "has the shape " + shape + ", not " + Arrays.toString(sizes));
    }
  }

  FormatException fault(String name, String message) {
    return checkpoint.fault("tensor '" + name + "' " + message);
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  /** The number of elements of all tensors but counters. */
  long elements() {
    return parts.values().stream()
        .flatMap(List::stream)
        .filter(t -> t.dtype().isFloat())
        .mapToLong(Tensor::count)
        .sum();
  }

  /** The type that most elements are stored in. */
  DType dtype() {
    Map<DType, Long> counts = new EnumMap<>(DType.class);
    parts.values().forEach(l -> l.forEach(t -> counts.merge(t.dtype(), t.count(), Long::sum)));
    return counts.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(DType.F32);
  }
}
