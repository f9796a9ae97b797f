package dev.vitrine.formats.onnx;

import dev.vitrine.graph.Attributes;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Op;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One line of the table: how an operation is read from ONNX and written to it, from an opset on.
 *
 * @param domain the empty string for ONNX's own
 * @param since the first opset whose nodes look like this; the next row of the type ends it
 * @param kind what it becomes; null when that depends on the node
 * @param read null for a row that is only for writing
 * @param write null for a row that is only for reading
 */
record Row(
    String domain,
    String type,
    int since,
    Class<? extends Op> kind,
    List<Attribute> attributes,
    Reading read,
    Writing write) {
  /** Makes the graph's nodes for one ONNX node. */
  @FunctionalInterface
  interface Reading {
    void read(ImportedNode n);
  }

  /** Writes the ONNX nodes for one of the graph's. */
  @FunctionalInterface
  interface Writing {
    void write(ExportedNode n);
  }

  /** Whether a node must have an attribute, and whether the record has it. */
  enum Kind {
    REQUIRED,
    OPTIONAL,
    IGNORED
  }

  /**
   * An attribute under its ONNX name.
   *
   * @param missing the value where a node leaves it out
   * @param since the first opset that has it
   */
  record Attribute(String name, Kind kind, Object missing, int since) {
    /** From that opset on; before, only the default can be said. */
    Attribute since(int opset) {
      return new Attribute(name, kind, missing, opset);
    }

    /** The record's component: {@code kernel_shape} is {@code kernelShape}. */
    String component() {
      StringBuilder s = new StringBuilder();
      for (String word : name.split("_")) {
        s.append(
            s.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
      }
      return s.toString();
    }
  }

  /** An attribute that a node may leave out. */
  static Attribute with(String name, Object missing) {
    Object value = missing instanceof Integer i ? (Object) i.longValue() : missing;
    return new Attribute(name, Kind.OPTIONAL, value, 1);
  }

  /** A list that may be left out and then is empty. */
  static Attribute list(String name) {
    return with(name, List.of());
  }

  /** An attribute that may be left out and then is null. */
  static Attribute optional(String name) {
    return new Attribute(name, Kind.OPTIONAL, null, 1);
  }

  /** An attribute that every node has. */
  static Attribute required(String name) {
    return new Attribute(name, Kind.REQUIRED, null, 1);
  }

  /** An attribute that makes no difference here. */
  static Attribute ignored(String name) {
    return new Attribute(name, Kind.IGNORED, null, 1);
  }

  /** An operation whose inputs and attributes are the record's, from that opset on. */
  static Row op(Class<? extends Op> kind, int since, Attribute... attributes) {
    return op("", kind.getSimpleName(), kind, since, attributes);
  }

  static Row op(
      String domain, String type, Class<? extends Op> kind, int since, Attribute... attributes) {
    List<Attribute> all = List.of(attributes);
    return new Row(
        domain,
        type,
        since,
        kind,
        all,
        n -> n.give(Attributes.build(kind, values(n, all, kind))),
        domain.isEmpty() ? n -> n.write(type, values(n.op(), n, all)) : null);
  }

  /** An older or foreign form that is read as something else. */
  static Row reading(String domain, String type, int since, Reading read) {
    return new Row(domain, type, since, null, List.of(), read, null);
  }

  static Row reading(String type, int since, Reading read) {
    return reading("", type, since, read);
  }

  /** An older form that is written for opsets from that one to the next row of the kind. */
  static Row writing(Class<? extends Op> kind, int since, Writing write) {
    return new Row("", kind.getSimpleName(), since, kind, List.of(), null, write);
  }

  /** The components of a record from a node's attributes. */
  static Map<String, Object> values(
      ImportedNode n, List<Attribute> attributes, Class<? extends Op> kind) {
    Map<String, Object> out = new LinkedHashMap<>();
    Set<String> left = new LinkedHashSet<>(n.attributes());
    for (Attribute a : attributes) {
      left.remove(a.name());
      Object v = n.attribute(a.name());
      if (v == null && a.kind() == Kind.REQUIRED) {
        throw n.fault("has no attribute '" + a.name() + "'");
      }
      if (a.kind() != Kind.IGNORED) {
        out.put(a.component(), v == null ? a.missing() : v);
      }
    }
    if (!left.isEmpty()) {
      throw n.unsupported("attribute '" + left.iterator().next() + "'");
    }
    for (var c : kind.getRecordComponents()) {
      if (c.getType() == DType.class && out.get(c.getName()) instanceof Long number) {
        out.put(c.getName(), number == 0 ? null : n.dtype(number));
      }
    }
    return out;
  }

  /** The attributes to write for a record: none where the value is what a reader assumes. */
  static Map<String, Object> values(Op op, ExportedNode n, List<Attribute> attributes) {
    Map<String, Object> of = Attributes.of(op);
    Map<String, Object> out = new LinkedHashMap<>();
    for (Attribute a : attributes) {
      if (a.kind() == Kind.IGNORED) {
        continue;
      }
      Object v = written(of.get(a.component()), a.missing());
      if (v == null || v.equals(a.missing())) {
        continue;
      }
      if (n.opset() < a.since()) {
        throw n.tooOld(a.since());
      }
      out.put(a.name(), v);
    }
    return out;
  }

  /** A component as an ONNX attribute; enums in lower case if the default is. */
  private static Object written(Object value, Object missing) {
    return switch (value) {
      case null -> null;
      case Integer i -> i.longValue();
      case Boolean b -> b ? 1L : 0L;
      case DType d -> (long) ElementType.of(d).ordinal();
      case Enum<?> e ->
          missing instanceof String s && s.equals(s.toLowerCase(Locale.ROOT))
              ? e.name().toLowerCase(Locale.ROOT)
              : e.name();
      default -> value;
    };
  }
}
