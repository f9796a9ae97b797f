package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizedTiersTest {
  /** Two products of bytes and the codes between them: the same bits on every tier. */
  @ParameterizedTest
  @EnumSource
  void giveTheSameBits(Grade grade) {
    Graph graph =
        GraphParser.parse(
            """
            graph (x: f32[3, 15, 64]) -> (y)
              %w: i8[64, 130] = random 1
              %c: f32[130] = random 2
              %b: f32[130] = random 3
              %u: i8[130, 70] = random 4
              %d: f32[70] = random 5
              q, s, z = QuantizeRows(x) { grade: GRADE }
              a = QuantizedLinear(q, s, z, %w, %c, %b) { activation: relu, grade: GRADE }
              q1, s1, z1 = QuantizeRows(a) { grade: GRADE }
              y = QuantizedLinear(q1, s1, z1, %u, %d) { activation: none, grade: GRADE }
            """
                .replace("GRADE", grade.name().toLowerCase(Locale.ROOT)),
            List.of("dev.vitrine.compiler.fused"));
    Map<String, Tensor> inputs = Inputs.random(graph, 7);
    Tensor expected = Evaluator.run(graph, inputs).get("y");
    for (Tier tier : Binder.available()) {
      for (int threads = 1; threads <= 2; threads++) {
        Options options = Options.defaults().tier(tier).threads(threads);
        try (Session session = Session.of(Planner.plan(graph), options)) {
          assertThat(session.kernels()).hasSize(3);
          assertThat(session.run(inputs).get("y").toFloats())
              .as(tier.text())
              .isEqualTo(expected.toFloats());
        }
      }
    }
  }
}
