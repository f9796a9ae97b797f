package dev.vitrine.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.GraphParser;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static Graph graph(String text) {
    return GraphParser.parse(text, List.of("dev.vitrine.compiler.fused"));
  }

  @Test
  void aProgramPrintsALineAStep() {
    Graph g =
        graph(
            """
            graph (x: f32[1, 100, 32]) -> (y)
              %w: f32[32, 128] = random 1
              %b: f32[128] = random 2
              a = Linear(x, %w, %b) { activation: gelu }
              s = Slice(a, [1], [100], [1])
              y = Softmax(s) { axis: -1 }
            """);
    assertThat(Planner.plan(g).toString())
        .isEqualTo(
            """
            program (x: f32[1, 100, 32]) -> (y: f32[1, 99, 128])  2 steps  0.00 GFLOP  arena 101,888 bytes  constants 16,896 bytes
            0  product_bias_gelu  [100×32]·[32×128]  reads arena+0xc800 %2 %3  writes arena+0x0     0.001 GFLOP  a
            1  softmax            [1×99×128]         reads arena+0x200         writes arena+0xc800  0.000 GFLOP  y
            """);
  }

  @Test
  void rowsThatAreOnlyNeededAsCodesAreMadeCodesByTheirMaker() {
    Graph g =
        graph(
            """
            graph (x: f32[1, 5, 32]) -> (y, b)
              %g: f32[32] = random 1
              %w: i8[32, 48] = random 2
              %c: f32[48] = random 3
              %u: i8[48, 8] = random 4
              %d: f32[8] = random 5
              %v: i8[8, 8] = random 6
              n = LayerNormalization(x, %g) { axis: -1, epsilon: 1e-6, stashType: f32 }
              q, s, z = QuantizeRows(n) { grade: w8a8 }
              a = QuantizedLinear(q, s, z, %w, %c) { activation: gelu, grade: w8a8 }
              q1, s1, z1 = QuantizeRows(a) { grade: w8a8 }
              b = QuantizedLinear(q1, s1, z1, %u, %d) { activation: none, grade: w8a8 }
              q2, s2, z2 = QuantizeRows(b) { grade: w7a7 }
              y = QuantizedLinear(q2, s2, z2, %v, %d) { activation: none, grade: w7a7 }
            """);
    assertThat(Planner.plan(g).steps().stream().map(t -> StepText.name(t.step())))
        .containsExactly(
            "layer_norm_codes",
            "product_w8a8_gelu_codes",
            "product_w8a8",
            // Its result is wanted as it is, too.
            "quantize_w7a7",
            "product_w7a7");
  }

  @Test
  void needsToKnowAllShapes() {
    assertThatThrownBy(() -> Planner.plan(graph("graph (x: f32[batch, 3]) -> (y)\n y = Neg(x)")))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "input 'x' has a shape that only a run can tell (f32[batch, 3]); state the input shapes");
    assertThatThrownBy(() -> Planner.plan(graph("graph (x: f32[3]) -> (y)\n y = NonZero(x)")))
        .isInstanceOf(GraphException.class)
        .hasMessageStartingWith("node 'y' (NonZero) has a shape that only a run can tell");
  }

  @Test
  void saysWhatIsTooLarge() {
    assertThatThrownBy(
            () -> Planner.plan(graph("graph (x: f32[4000000000, 4000000000]) -> (y)\n y = Neg(x)")))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("too large");
  }
}
