package dev.vitrine.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Verifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxSourceTest {
  static List<Path> tinyModels() throws IOException {
    return TinyModels.files();
  }

  @ParameterizedTest
  @MethodSource("tinyModels")
  void givesWhatPyTorchGives(Path model) {
    try (OnnxSource source = OnnxSource.open(model)) {
      Graph graph = source.graph(Map.of(), List.of());
      Verifier.verify(graph);
      String input = source.inputs().getFirst().name();
      Map<String, Tensor> actual = Evaluator.run(graph, Map.of(input, TinyModels.input(model)));
      TinyModels.outputs(model)
          .forEach(
              (name, expected) -> {
                Tensor t = actual.get(name);
                assertThat(t.shape()).as(name).isEqualTo(expected.shape());
                assertThat(t.toFloats())
                    .as(name)
                    .usingComparatorWithPrecision(2e-4f)
                    .containsExactly(expected.toFloats());
              });
      assertThat(actual.keySet()).containsAll(TinyModels.outputs(model).keySet());
    }
  }
}
