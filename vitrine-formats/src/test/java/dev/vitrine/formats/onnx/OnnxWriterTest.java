package dev.vitrine.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.Verifier;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Relu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxWriterTest {
  @TempDir Path folder;

  static List<Path> tinyModels() throws IOException {
    return TinyModels.files();
  }

  @ParameterizedTest
  @MethodSource("tinyModels")
  void onnxRuntimeAgrees(Path model) throws Exception {
    try (OnnxSource source = OnnxSource.open(model)) {
      Graph graph = source.graph(Map.of(), List.of());
      String input = source.inputs().getFirst().name();
      for (int opset : new int[] {source.opset(), 17}) {
        if (opset < OnnxWriter.leastOpset(graph)) {
          assertThat(source.opset()).as("an opset that the file itself is not in").isGreaterThan(opset);
          continue;
        }
        Path written = folder.resolve("op" + opset + ".onnx");
        OnnxWriter.write(written, graph, opset);
        Map<String, Tensor> actual =
            OnnxRuntime.run(written, Map.of(input, TinyModels.input(model)));
        TinyModels.outputs(model)
            .forEach((name, expected) -> close(name + " at " + opset, actual.get(name), expected));
      }
    }
  }

  private static void close(String what, Tensor actual, Tensor expected) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    assertThat(actual.toFloats())
        .as(what)
        .usingComparatorWithPrecision(2e-4f)
        .containsExactly(expected.toFloats());
  }
}
