package dev.vitrine.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The stable text form of a graph.
 *
 * <pre>
 * graph (x: f32[batch, 257, 384]) -&gt; (y)
 *   %gamma: f32[384] = …
 *   a: f32[batch, 257, 384] = LayerNormalization(x, %gamma, _) { axis: -1, epsilon: 1.0e-6 }
 *   y: f32[batch, 257, 384] = Mul(a, 0.5)
 * </pre>
 *
 * Scalars stand where they are used, with {@code :type} when that is not the first operand's; short
 * integer lists too. Other constants have a line; long ones end in {@code …} and can't be parsed
 * back. {@code _} is an absent input.
 */
public final class GraphText {
  private static final int INLINE = 8;

  private GraphText() {}

  public static String print(Graph graph) {
    StringBuilder s = new StringBuilder("graph (");
    StringJoiner in = new StringJoiner(", ");
    graph.inputs().forEach(v -> in.add(name(v) + ": " + v.type()));
    StringJoiner out = new StringJoiner(", ");
    graph
        .outputs()
        .forEach(
            (name, v) ->
                out.add(
                    quoted(name).equals(name(v)) ? quoted(name) : quoted(name) + " = " + name(v)));
    s.append(in).append(") -> (").append(out).append(")\n");
    for (Value v : graph.values()) {
      if (v.isConstant() && !isInline(v) && (!v.users().isEmpty() || graph.isOutput(v))) {
        s.append("  ").append(name(v)).append(": ").append(v.type()).append(" = ");
        s.append(elements(v.constant())).append('\n');
      }
    }
    for (Node n : graph.nodes()) {
      s.append("  ").append(print(n)).append('\n');
    }
    return s.toString();
  }

  /** One node's line, without indentation. */
  public static String print(Node n) {
    StringJoiner out = new StringJoiner(", ");
    n.outputs().forEach(v -> out.add(v.type().isKnown() ? name(v) + ": " + v.type() : name(v)));
    StringJoiner args = new StringJoiner(", ", "(", ")");
    DType first =
        n.inputs().stream()
            .filter(v -> v != null && !isInline(v))
            .map(Value::dtype)
            .findFirst()
            .orElse(DType.F32);
    n.inputs()
        .forEach(
            v -> args.add(v == null ? "_" : isInline(v) ? literal(v.constant(), first) : name(v)));
    return out + " = " + n.op().name() + args + attributes(Attributes.of(n.op()));
  }

  private static String attributes(Map<String, Object> attributes) {
    if (attributes.isEmpty()) {
      return "";
    }
    StringJoiner s = new StringJoiner(", ", " { ", " }");
    attributes.forEach((k, v) -> s.add(k + ": " + attribute(v)));
    return s.toString();
  }

  private static String attribute(Object v) {
    return switch (v) {
      case null -> "null";
      case String x -> '"' + x + '"';
      case Enum<?> e -> e.name().toLowerCase(Locale.ROOT);
      case Tensor t -> t.type() + elements(t);
      case List<?> l -> l.stream().map(GraphText::attribute).toList().toString();
      default -> v.toString();
    };
  }

  /** Scalars, and integer lists of up to eight elements. */
  private static boolean isInline(Value v) {
    if (!v.isConstant()) {
      return false;
    }
    Tensor t = v.constant();
    return t.rank() == 0 || (t.rank() == 1 && t.dtype() == DType.I64 && t.count() <= INLINE);
  }

  private static String literal(Tensor t, DType first) {
    if (t.rank() == 1) {
      return elements(t);
    }
    return element(t, 0) + (t.dtype() == first ? "" : ":" + t.dtype().text());
  }

  private static String elements(Tensor t) {
    if (t.count() > 2 * INLINE) {
      return "…";
    }
    List<String> out = new ArrayList<>();
    for (long i = 0; i < t.count(); i++) {
      out.add(element(t, i));
    }
    return out.toString();
  }

  private static String element(Tensor t, long i) {
    if (t.dtype() == DType.F64) {
      return Double.toString(t.real(i));
    }
    return t.dtype().isFloat() ? Float.toString((float) t.real(i)) : Long.toString(t.integer(i));
  }

  private static String name(Value v) {
    return (v.isConstant() ? "%" : "") + quoted(v.name());
  }

  private static String quoted(String name) {
    return name.matches("[\\w./:-]*[A-Za-z_/][\\w./:-]*") && !name.equals("_")
        ? name
        : "'" + name + "'";
  }
}
