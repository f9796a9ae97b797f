package dev.vitrine.compiler.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTest {
  private static final Map<String, Shape> SHAPES =
      Map.of(
          "g", Shape.of(32),
          "b", Shape.of(32),
          "w", Shape.of(32, 32),
          "v", Shape.of(32, 64),
          "u", Shape.of(64, 16));

  /** Each line of the graph is separated by a slash; expected: product=source, source or none. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          n = LN(x) / y = Linear(n, %w) { activation: none } / z = Linear(n, %v) { activation: gelu } | y=n z=n
          n = LN(x) / y = Linear(n, %w, %b, n) { activation: none } / z = Linear(x, %v) { activation: none } | y=none z=none
          n = LN(x) / a = Relu(n) / y = Linear(n, %w) { activation: none } / z = Linear(a, %v) { activation: none } | y=none z=none
          n = LN(x) / r = Gather(n, [2, 1, 0]) { axis: 1 } / y = Linear(r, %w) { activation: none } / z = Linear(n, %v) { activation: none } | y=n z=n
          n = Linear(x, %w) { activation: relu } / y = Linear(n, %w) { activation: none } / z = Abs(x) | n=none y=n
          n = Linear(x, %w) { activation: gelu } / y = Linear(n, %w) { activation: none } / z = Abs(x) | n=none y=none
          n = Linear(x, %v) { activation: none } / a = Gate(n) { activation: silu } / y = Linear(a, %w) { activation: none } / z = Abs(x) | n=none y=n[32…]
          n = Linear(x, %v) { activation: none } / a = Slice(n, [0], [32], [2]) / c = Slice(n, [32], [64], [2]) / y = Linear(c, %w) { activation: none } / z = Abs(a) | n=none y=n[32…]
          n = Linear(x, %v) { activation: none } / a = Slice(n, [0], [33], [2]) / c = Slice(n, [32], [64], [2]) / y = Linear(c, %w) { activation: none } / z = Abs(a) | n=none y=none
          n = Linear(x, %v) { activation: none } / a = FusedAttention(n, n, n) { heads: 2, scale: 1 } / y = Linear(a, %u) { activation: none } / z = Abs(x) | n=none y=none
          """)
  void sources(String nodes, String expected) {
    String text =
        "graph (x: f32[1, 3, 32]) -> (y2, z2)\n"
            + nodes
                .replace(
                    "LN(x)",
                    "LayerNormalization(x, %g, %b) { axis: -1, epsilon: 1e-6, stashType: f32 }")
                .replace(" / ", "\n")
            + "\ny2 = Neg(y)\nz2 = Neg(z)\n";
    Graph g = Blocks.parse(text, SHAPES);
    Map<String, String> found = new TreeMap<>();
    for (Source.Group group : Source.groups(g, Product.all(g), true)) {
      for (Product p : group.readers()) {
        found.put(p.name(), group.source() == null ? "none" : group.source().name());
      }
    }
    String actual =
        found.entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining(" "));
    assertThat(actual).isEqualTo(expected);
  }
}
