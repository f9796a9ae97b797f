package dev.vitrine.compiler.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.compiler.check.Difference;
import dev.vitrine.compiler.check.RandomInputs;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.rewrite.PassManager;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnfuserTest {
  private static Graph parse(String text) {
    return GraphParser.parse(text, List.of("dev.vitrine.compiler.fused"));
  }

  private static void same(Graph actual, Graph expected) {
    Map<String, Tensor> in = RandomInputs.of(expected, Map.of(), 5);
    Map<String, Tensor> a = Evaluator.run(actual, in);
    Evaluator.run(expected, in)
        .forEach(
            (name, t) ->
                assertThat(Difference.of(name, a.get(name), t).relativeL2())
                    .as("%s", actual)
                    .isLessThan(1e-5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(x: f32[2, 3, 4], w: f32[4, 5], b: f32[5], r: f32[2, 3, 5]) y = Linear(x, w, b, r) { activation: gelu }",
        "(x: f32[3, 4], w: f32[4, 5]) y = Linear(x, w) { activation: quick_gelu }",
        "(x: f32[3, 4], w: f32[4, 5]) y = Linear(x, w) { activation: silu }",
        "(q: f32[2, 3, 8], k: f32[2, 5, 8], v: f32[2, 5, 12]) y = FusedAttention(q, k, v) { heads: 2, scale: 0.7 }",
        "(q: f32[2, 3, 8], b: f32[1, 1, 3, 3]) y = FusedAttention(q, q, q, b) { heads: 2, scale: 1 }",
        "(q: f32[6, 3, 8], b: f32[3, 2, 3, 3]) y = FusedAttention(q, q, q, b) { heads: 2, scale: 1 }",
        "(q: f32[6, 3, 8], b: f32[3, 1, 1, 3]) y = FusedAttention(q, q, q, b) { heads: 2, scale: 1 }",
        "(p: f32[2, 3, 5, 7], w: f32[4, 3, 2, 2], b: f32[4]) y = PatchEmbedding(p, w, b) { patchH: 2, patchW: 2 }",
        "(x: f32[1, 5, 6, 4], w: f32[4, 2, 3, 3], b: f32[4]) y = ChannelsLastConv(x, w, b) { strides: [2, 1], pads: [1, 0, 1, 2], dilations: [1, 1], group: 2, activation: relu }",
        "(x: f32[3, 8]) y = Gate(x) { activation: silu }",
        "(x: f32[2, 4, 3]) q, y, z = QuantizeRows(x) { grade: W8A8 }",
      })
  void computesTheSame(String text) {
    int end = text.indexOf(')') + 1;
    Graph g = parse("graph " + text.substring(0, end) + " -> (y)\n" + text.substring(end));
    Graph spelled = g.copy();
    Unfuser.unfuse(spelled);
    assertThat(spelled.nodes())
        .noneMatch(n -> n.op().getClass().getPackage().equals(Linear.class.getPackage()));
    same(spelled, g);
  }

  /** Products of bytes come back as they were, and codes too. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x: f32[3, 4] / QuantizeRows(x) { grade: W8A8 }",
        "x: f32[3, 4] / QuantizeRows(x) { grade: W7A7 }",
        "x: f32[2, 3, 4] / QuantizeRows(x) { grade: W8A8 }",
        "x: f32[2, 1, 3, 4] / QuantizeRows(x) { grade: W7A7 }",
      })
  void bytesComeBack(String text) {
    String[] parts = text.split(" / ");
    String grade = text.contains("W7") ? "W7A7" : "W8A8";
    Graph g =
        parse(
            """
            graph (%s) -> (y)
              %%w: i8[4, 3] = [1, -63, 5, 60, 7, 0, -5, 9, 33, 1, 2, 3]
              %%s: f32[3] = [0.5, 0.25, 2]
              %%b: f32[3] = [1, -1, 0.5]
              q, scale, zero = %s
              y = QuantizedLinear(q, scale, zero, %%w, %%s, %%b) { activation: gelu, grade: %s }
            """
                .formatted(parts[0], parts[1], grade));
    Graph spelled = g.copy();
    Unfuser.unfuse(spelled);
    same(spelled, g);
    Fuser.fuse(spelled, PassManager.Options.defaults());
    assertThat(operations(spelled)).isEqualTo(operations(g));
    same(spelled, g);
  }

  private static String operations(Graph g) {
    return g.nodes().stream().map(n -> n.op().toString()).collect(Collectors.joining("\n"));
  }
}
