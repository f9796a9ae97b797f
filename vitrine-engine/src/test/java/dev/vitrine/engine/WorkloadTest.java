package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WorkloadTest {
  /** Sizes around the edges of tiles, of which heads divide channels. */
  private static String small(Workload w) {
    return switch (w) {
      case GEMM, GEMM_W8A8, GEMM_W7A7, GEMM_GELU, GEMM_RESIDUAL -> "29,17,35";
      case ATTENTION -> "37,3,24";
      case ATTENTION_W8A8 -> "37,2,64";
      case LAYER_NORM, SOFTMAX, ELEMENTWISE -> "11,45";
      case CONVOLUTION -> "9,11,5,19";
      case DEPTHWISE -> "9,11,19";
    };
  }

  @ParameterizedTest
  @EnumSource
  void isOneStepWithAKernelOnEveryTier(Workload work) {
    Graph graph = work.graph(small(work));
    Program program = Planner.plan(graph);
    assertThat(program.steps()).hasSize(1);
    Map<String, Tensor> inputs = Inputs.random(graph, 3);
    Map<String, Tensor> expected = Evaluator.run(graph, inputs);
    for (Tier tier : Binder.available()) {
      try (Session session = Session.of(program, Options.defaults().tier(tier))) {
        boolean portable = session.kernels().getFirst().contains("portable");
        // Attention on bytes is for machines that multiply and sum them at once.
        boolean without = work == Workload.ATTENTION_W8A8 && !tier.text().matches(".*(vnni|amx)");
        assertThat(portable).as(tier.text()).isEqualTo(tier == Tier.PORTABLE || without);
        Inputs.assertClose(session.run(inputs), expected, 1e-4);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void isKnownByItsName(Workload work) {
    assertThat(Workload.parse(work.text())).isEqualTo(work);
    assertThat(work.usual())
        .isNotEmpty()
        .allMatch(s -> s.split(",").length == work.sizes().split(",").length);
  }

  @ParameterizedTest
  @CsvSource({
    "gemm, '1,2'",
    "gemm, '1,2,3,4'",
    "gemm, '0,2,3'",
    "gemm, 'a,2,3'",
    "gemm, '99999999,99999999,9'",
    "convolution, '9999,9999,9,9'",
  })
  void sizesAreChecked(String work, String sizes) {
    assertThatThrownBy(() -> Workload.parse(work).graph(sizes))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining(work)
        .hasMessageContaining(sizes);
  }
}
