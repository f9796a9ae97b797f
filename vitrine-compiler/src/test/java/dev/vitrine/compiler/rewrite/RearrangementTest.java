package dev.vitrine.compiler.rewrite;

import static dev.vitrine.compiler.rewrite.Rewriting.parse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.compiler.rewrite.Rearrangement.Factor;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RearrangementTest {
  private static Rearrangement of(String text) {
    Graph g = parse(text);
    List<Value> steps = new ArrayList<>();
    Value v = g.outputs().get("y");
    for (; v.producer() != null; v = v.producer().input(0)) {
      steps.addFirst(v);
    }
    return Rearrangement.of(v, steps);
  }

  /** Axes with their factors; a fixed factor with its index. */
  private static String shown(Rearrangement r, List<List<Factor>> axes) {
    return axes.stream()
        .map(
            axis ->
                axis.stream()
                    .map(f -> f.size() + (r.fixed(f) == null ? "" : "@" + r.fixed(f)))
                    .collect(Collectors.joining("·")))
        .collect(Collectors.joining(", "));
  }

  @Test
  void heads() {
    Rearrangement r =
        of(
            """
            graph (x: f32[n, 5, 12]) -> (y)
              a = Reshape(x, [-1, 5, 3, 4]) { allowzero: false }
              y = Transpose(a) { perm: [0, 2, 1, 3] }
            """);
    assertThat(shown(r, r.source())).isEqualTo("n, 5, 3·4");
    assertThat(shown(r, r.axes())).isEqualTo("n, 3, 5, 4");
  }

  @Test
  void windows() {
    Rearrangement r =
        of(
            """
            graph (x: f32[n, 6, 6, 2]) -> (y)
              a = Reshape(x, [-1, 3, 2, 2, 3, 2]) { allowzero: false }
              b = Transpose(a) { perm: [0, 1, 3, 2, 4, 5] }
              y = Reshape(b, [-1, 6, 2]) { allowzero: false }
            """);
    assertThat(shown(r, r.source())).isEqualTo("n, 3·2, 2·3, 2");
    assertThat(shown(r, r.axes())).isEqualTo("n·3·2, 2·3, 2");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "y = Slice(x, [4], [8], [1])          | 2, 3@1·4 | 2, 4",
        "y = Slice(x, [-4], [12], [-1])       | 2, 3@2·4 | 2, 4",
        "y = Gather(x, 7:i64) { axis: 1 }     | 2, 12@7  | 2",
        "y = Gather(x, [7]) { axis: 1 }       | 2, 12@7  | 2,",
        "z, y = Split(x, [6, 6]) { axis: 1, numOutputs: 0 } | 2, 2@1·6 | 2, 6",
        "a = Reshape(x, [2, 3, 4]) { allowzero: false }; y = Gather(a, -1:i64) { axis: 1 } |"
            + " 2, 3@2·4 | 2, 4",
        "a = Squeeze(x, []); b = Unsqueeze(x, [0]); y = Identity(b) | 2, 12 | , 2, 12",
        "y = Transpose(x) { perm: [] } | 2, 12 | 12, 2",
        "y = Flatten(x) { axis: 0 } | 2, 12 | , 2·12",
      })
  void parts(String nodes, String source, String axes) {
    Rearrangement r = of("graph (x: f32[2, 12]) -> (y)\n" + nodes.replace(';', '\n'));
    assertThat(shown(r, r.source())).isEqualTo(source);
    assertThat(shown(r, r.axes()).strip()).isEqualTo(axes);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "y = Reshape(x, [3, 8]) { allowzero: false }",
        "y = Slice(x, [2], [8], [1])",
        "y = Slice(x, [0], [12], [1], [2])",
        "y = Gather(x, [1, 2]) { axis: 1 }",
        "y = Relu(x)",
      })
  void notExpressed(String nodes) {
    assertThat(of("graph (x: f32[4, 12]) -> (y)\n" + nodes.replace("[3, 8]", "[3, 16]"))).isNull();
  }
}
