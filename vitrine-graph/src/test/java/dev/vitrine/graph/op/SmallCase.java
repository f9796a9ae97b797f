package dev.vitrine.graph.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A row of the tables of small cases.
 *
 * @param op the operation and its attributes: {@code Mod { fmod: true }}
 * @param inputs tensors such as {@code f32[2 1] 1 2}, separated by semicolons; {@code _} is absent
 * @param outputs the first outputs, likewise
 */
record SmallCase(String op, String inputs, String outputs) {
  private static final Pattern TENSOR = Pattern.compile("(\\w+\\[[\\d ]*])(.*)");
  private static final Pattern OP = Pattern.compile("(\\w+)(.*)");

  /**
   * Evaluates with the inputs as constants, where the inferred types must be those of the outputs,
   * and as inputs of the graph, where they must not contradict them. Compares every element.
   */
  void check() {
    List<Tensor> expected = tensors(outputs);
    Graph folded = graph(true);
    compare(Evaluator.run(folded, Map.of()), expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(folded.value("y" + i).type()).isEqualTo(expected.get(i).type());
    }
    Map<String, Tensor> given = new LinkedHashMap<>();
    List<Tensor> all = tensors(inputs);
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i) != null) {
        given.put("x" + i, all.get(i));
      }
    }
    Graph open = graph(false);
    compare(Evaluator.run(open, given), expected);
    for (int i = 0; i < expected.size(); i++) {
      if (open.value("y" + i).type().isStatic()) {
        assertThat(open.value("y" + i).type()).isEqualTo(expected.get(i).type());
      }
    }
  }

  private Graph graph(boolean constants) {
    StringJoiner in = new StringJoiner(", ", "(", ")");
    StringJoiner args = new StringJoiner(", ", "(", ")");
    StringBuilder lines = new StringBuilder();
    String[] parts = inputs.split(";");
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i].strip();
      if (part.equals("_")) {
        args.add("_");
      } else if (constants) {
        args.add("%x" + i);
        lines.append("  %x").append(i).append(": ").append(constant(part)).append('\n');
      } else {
        args.add("x" + i);
        in.add("x" + i + ": " + constant(part).replaceAll(" =.*", ""));
      }
    }
    StringJoiner out = new StringJoiner(", ");
    for (int i = 0; i < tensors(outputs).size(); i++) {
      out.add("y" + i);
    }
    Matcher call = OP.matcher(op);
    assertThat(call.matches()).isTrue();
    return GraphParser.parse(
        "graph %s -> (%s)\n%s  %s = %s%s%s"
            .formatted(in, out, lines, out, call.group(1), args, call.group(2)));
  }

  /** The type and the elements as in a graph's text. */
  private static String constant(String tensor) {
    Matcher m = TENSOR.matcher(tensor);
    assertThat(m.matches()).as(tensor).isTrue();
    return commas(m.group(1)) + " = [" + commas(m.group(2).strip()) + "]";
  }

  private static String commas(String spaced) {
    return spaced.replaceAll("\\s+", ", ");
  }

  private static List<Tensor> tensors(String text) {
    List<Tensor> out = new ArrayList<>();
    for (String part : text.split(";")) {
      out.add(
          part.isBlank() || part.strip().equals("_")
              ? null
              : GraphParser.parse("graph () -> (y = %y)\n  %y: " + constant(part.strip()))
                  .outputs()
                  .get("y")
                  .constant());
    }
    return out;
  }

  private static void compare(Map<String, Tensor> actual, List<Tensor> expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(text(actual.get("y" + i))).isEqualTo(text(expected.get(i)));
    }
  }

  private static String text(Tensor t) {
    StringBuilder s = new StringBuilder(t.type().toString());
    for (long i = 0; i < t.count(); i++) {
      s.append(' ').append(t.dtype().isFloat() ? String.valueOf((float) t.real(i)) : t.integer(i));
    }
    return s.toString();
  }
}
