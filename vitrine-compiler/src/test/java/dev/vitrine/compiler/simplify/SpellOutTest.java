package dev.vitrine.compiler.simplify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.compiler.check.Comparison;
import dev.vitrine.compiler.check.RandomInputs;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Verifier;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpellOutTest {
  @ParameterizedTest
  @CsvSource({
    "20, 'Gelu, LayerNormalization'",
    "17, 'Add, Div, Erf, LayerNormalization, Mul, Mul'",
    "13, 'Add, Add, Add, Div, Div, Erf, Mul, Mul, Mul, Mul, ReduceMean, ReduceMean, Sqrt, Sub'"
  })
  void leavesWhatTheOpsetHas(int opset, String expected) {
    Graph graph =
        GraphParser.parse(
            """
            graph (x: f32[batch, 3, 8]) -> (y)
              %scale: f32[8] = random 1
              %bias: f32[8] = random 2
              a = LayerNormalization(x, %scale, %bias) { axis: -1, epsilon: 1.0e-6, stashType: f32 }
              y = Gelu(a) { approximate: none }
            """);
    Graph spelled = graph.copy();
    SpellOut.forOpset(spelled, opset);
    Verifier.verify(spelled);
    assertThat(spelled.nodes().stream().map(n -> n.op().name()).sorted())
        .containsExactly(expected.split(", "));
    var inputs = RandomInputs.of(graph, Map.of("batch", 2L), 5);
    assertThat(Comparison.outputs(spelled, graph, inputs, Evaluator::run))
        .allMatch(d -> d.maxAbs() < 1e-5);
  }
}
