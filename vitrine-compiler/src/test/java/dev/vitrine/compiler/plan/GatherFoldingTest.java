package dev.vitrine.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.graph.GraphParser;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatherFoldingTest {
  private static List<String> steps(String outputs, String... lines) {
    String text =
        """
        graph (x: f32[2, 4, 8], z: f32[2, 4, 8]) -> (%s)
          %%gamma: f32[8] = random 1
          %%b: f32[8] = random 2
          %%w: f32[8, 8] = random 3
          %%p: i64[4] = [2, 0, 3, 1]
          %%some: i64[3] = [2, 0, 1]
          %%twice: i64[5] = [2, 0, 3, 1, 0]
        """;
    StringBuilder all = new StringBuilder(text.formatted(outputs));
    for (String line : lines) {
      all.append("  ").append(line).append('\n');
    }
    Program program =
        Planner.plan(GraphParser.parse(all.toString(), List.of("dev.vitrine.compiler.fused")));
    return program.steps().stream().map(t -> StepText.name(t.step())).toList();
  }

  private static final String NORM =
      "n = LayerNormalization(x, %gamma, %b) { axis: -1, epsilon: 1e-5, stashType: f32 }";

  @ParameterizedTest
  @CsvSource({"p", "some", "twice"})
  void aNormalisationReadsPickedRows(String rows) {
    assertThat(steps("y", NORM, "y = Gather(n, %" + rows + ") { axis: 1 }"))
        .containsExactly("layer_norm_rows");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "y       | l = Linear(x, %w) { activation: gelu }; y = Gather(l, %p) { axis: 1 }"
            + " | product_gelu_rows",
        "y       | l = Linear(x, %w) { activation: none }; g = Gather(l, %p) { axis: 1 };"
            + " y = Add(z, g) | product_residual_rows",
        "y       | l = Linear(x, %w) { activation: none }; g = Gather(l, %some) { axis: 1 };"
            + " y = Relu(g) | product, gather, elementwise",
        "y, g    | l = Linear(x, %w) { activation: none }; g = Gather(l, %p) { axis: 1 };"
            + " y = Add(g, z) | product_rows, elementwise",
        "y, l    | l = Linear(x, %w) { activation: none }; y = Gather(l, %p) { axis: 1 }"
            + " | product, gather",
        "y       | l = Linear(x, %w) { activation: none }; g = Gather(l, %p) { axis: 1 };"
            + " y = Add(g, g) | product_rows, elementwise",
        "y       | l = Linear(x, %w, %b, z) { activation: none }; y = Gather(l, %p) { axis: 1 }"
            + " | product_bias_residual, gather",
      })
  void aProductWritesRowsElsewhere(String outputs, String lines, String expected) {
    assertThat(steps(outputs, lines.split(";\\s*"))).containsExactly(expected.split(",\\s*"));
  }
}
