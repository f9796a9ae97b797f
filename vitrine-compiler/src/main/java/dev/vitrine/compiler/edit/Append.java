package dev.vitrine.compiler.edit;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.graph.op.ArgMax;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.Max;
import dev.vitrine.graph.op.ReduceL2;
import dev.vitrine.graph.op.Softmax;
import dev.vitrine.graph.op.TopK;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An operation to put behind an output, as the user writes it. */
record Append(String spec, Kind kind, Map<String, String> settings) {
  /** What can be appended, with the settings that each takes besides those that all take. */
  enum Kind {
    ARGMAX("axis", "keepdims", "last"),
    SOFTMAX("axis"),
    TOPK("k", "axis", "largest", "sorted"),
    L2NORM("axis", "epsilon");

    private final List<String> settings;

    Kind(String... settings) {
      this.settings = new ArrayList<>(List.of(settings));
      this.settings.addAll(List.of("of", "name", "keep"));
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Append parse(String spec) {
    int colon = spec.indexOf(':');
    String name = colon < 0 ? spec : spec.substring(0, colon);
    List<String> kinds = Arrays.stream(Kind.values()).map(Kind::text).toList();
    if (!kinds.contains(name)) {
      throw new VitrineException(
          "can't append '" + name + "'; choose one of " + String.join(", ", kinds));
    }
    Kind kind = Kind.values()[kinds.indexOf(name)];
    Map<String, String> settings = new LinkedHashMap<>();
    String rest = colon < 0 ? "" : spec.substring(colon + 1);
    for (String part : rest.isEmpty() ? new String[0] : rest.split(",", -1)) {
      int equals = part.indexOf('=');
      String key = equals < 0 ? part : part.substring(0, equals);
      if (equals < 0 || !kind.settings.contains(key)) {
        throw new VitrineException(
            "'"
                + part
                + "' in '"
                + spec
                + "' is not understood; "
                + name
                + " takes "
                + String.join("=, ", kind.settings)
                + "=");
      }
      settings.put(key, part.substring(equals + 1));
    }
    return new Append(spec, kind, settings);
  }

  void apply(Graph g) {
    String of = settings.get("of");
    if (of == null && g.outputs().size() != 1) {
      throw new VitrineException(
          "'"
              + spec
              + "' doesn't say behind which output; add of= with one of "
              + String.join(", ", g.outputs().keySet()));
    }
    String output = of == null ? g.outputs().keySet().iterator().next() : of;
    Value x = g.outputs().get(output);
    if (x == null) {
      throw Names.unknown("output", output, g.outputs().keySet());
    }
    String name = settings.getOrDefault("name", kind.text());
    Map<String, Value> made = new LinkedHashMap<>();
    switch (kind) {
      case ARGMAX ->
          made.put(
              name,
              g.addNamed(
                  name, new ArgMax(axis(x), flag("keepdims", true), flag("last", false)), x));
      case SOFTMAX -> made.put(name, g.addNamed(name, new Softmax(axis(x)), x));
      case L2NORM -> {
        Value floor =
            g.constant(name + "_epsilon", Tensor.scalar(x.dtype(), real("epsilon", 1e-12)));
        Value axes = g.constant(name + "_axis", Tensor.ints(axis(x)));
        Value length = g.addNamed(name + "_length", new ReduceL2(true, false), x, axes);
        Value divisor = g.addNamed(name + "_divisor", new Max(), length, floor);
        made.put(name, g.addNamed(name, new Div(), x, divisor));
      }
      case TOPK -> {
        Value k = g.constant(name + "_k", Tensor.ints(integer("k", 5)));
        TopK op = new TopK(axis(x), flag("largest", true), flag("sorted", true));
        List<String> names = List.of(g.freshName(name), g.freshName(name + ".indices"));
        Node n = g.node("", op, List.of(x, k), names);
        made.put(name, n.outputs().get(0));
        made.put(name + ".indices", n.outputs().get(1));
      }
    }
    place(g, output, made);
  }

  /** The new outputs stand where the old one stood, or behind it. */
  private void place(Graph g, String output, Map<String, Value> made) {
    Map<String, Value> all = new LinkedHashMap<>();
    g.outputs()
        .forEach(
            (name, v) -> {
              if (!name.equals(output) || flag("keep", false)) {
                all.put(name, v);
              }
              if (name.equals(output)) {
                all.putAll(made);
              }
            });
    for (String name : made.keySet()) {
      if (all.get(name) != made.get(name)
          || (g.outputs().containsKey(name) && !name.equals(output))) {
        throw new VitrineException(
            "there is an output '" + name + "' already; choose another with name=");
      }
    }
    List.copyOf(g.outputs().keySet()).forEach(g::removeOutput);
    all.forEach(g::output);
  }

  /** As given, else that of the channels: 1 of four axes, otherwise the last. */
  private long axis(Value x) {
    if (!x.type().isKnown()) {
      return integer("axis", -1);
    }
    int rank = x.shape().rank();
    long axis = integer("axis", rank == 4 ? 1 : -1);
    if (axis < -rank || axis >= rank) {
      throw new VitrineException(
          "'" + spec + "': '" + x.name() + "' has shape " + x.shape() + ", no axis " + axis);
    }
    return axis;
  }

  private long integer(String key, long otherwise) {
    String text = settings.get(key);
    if (text != null && !text.matches("-?\\d{1,9}")) {
      throw new VitrineException(
          "'" + spec + "': " + key + " must be a whole number, not '" + text + "'");
    }
    return text == null ? otherwise : Long.parseLong(text);
  }

  private double real(String key, double otherwise) {
    try {
      return settings.containsKey(key) ? Double.parseDouble(settings.get(key)) : otherwise;
    } catch (NumberFormatException e) {
      throw new VitrineException(
          "'" + spec + "': " + key + " must be a number, not '" + settings.get(key) + "'", e);
    }
  }

  private boolean flag(String key, boolean otherwise) {
    String text = settings.getOrDefault(key, otherwise ? "1" : "0");
    if (!List.of("0", "1", "false", "true").contains(text)) {
      throw new VitrineException("'" + spec + "': " + key + " must be 0 or 1, not '" + text + "'");
    }
    return text.equals("1") || text.equals("true");
  }
}
