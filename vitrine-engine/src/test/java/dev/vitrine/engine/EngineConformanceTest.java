package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.formats.onnx.Conformance;
import dev.vitrine.formats.onnx.Conformance.Report;
import dev.vitrine.formats.onnx.Conformance.Status;
import dev.vitrine.graph.Executor;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** ONNX's node cases on the portable tier. */
class EngineConformanceTest {
  private static final Path CASES =
      Path.of(System.getProperty("vitrine.root"), "testdata/onnx/onnx_node_tests.zip");

  private static final Executor ENGINE =
      new EngineExecutor(Options.defaults().tier(Tier.PORTABLE).threads(1).warnings(_ -> {}));

  /** As many as evaluation passes. */
  private static final int PASSING = 1719;

  private static void allPass(Executor executor) {
    Report report = Conformance.run(CASES, executor, _ -> {});
    assertThat(report.results()).filteredOn(r -> r.status() == Status.FAILED).isEmpty();
    assertThat(report.count(Status.PASSED)).isGreaterThanOrEqualTo(PASSING);
  }

  @Test
  void allInputsComputed() {
    allPass(ENGINE);
  }

  /** As models have them: weights, axes and the like are constants. */
  @Test
  void allInputsButTheFirstConstant() {
    allPass(
        (graph, inputs) -> {
          Graph g = graph.copy();
          Map<String, Tensor> left = new LinkedHashMap<>(inputs);
          for (Value v :
              List.copyOf(g.inputs()).subList(Math.min(1, g.inputs().size()), g.inputs().size())) {
            if (inputs.containsKey(v.name())) {
              g.replace(v, g.constant(v.name(), inputs.get(v.name())));
              g.remove(v);
              left.remove(v.name());
            }
          }
          g.inferAll();
          return ENGINE.run(g, left);
        });
  }
}
