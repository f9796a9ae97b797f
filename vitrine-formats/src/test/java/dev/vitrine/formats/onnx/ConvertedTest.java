package dev.vitrine.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.formats.ModelFiles;
import dev.vitrine.formats.ModelSource;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints written as ONNX give in ONNX Runtime what PyTorch gives for them. */
final class ConvertedTest {
  private static final Path TINY = Path.of(System.getProperty("vitrine.root"), "testdata/tiny");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "dinov2, 1x3x56x56, cls;patch",
    "dinov2, 2x3x70x98, cls;patch",
    "dinov2_reg4, 1x3x84x112, cls;patch",
    "dinov2_swiglu, 1x3x56x56, cls;patch",
    "swin, 1x3x64x64, logits",
    "segformer, 1x3x64x96, logits",
  })
  void agreesInOnnxRuntime(String model, String size, String names) throws Exception {
    Path file = folder.resolve("model.onnx");
    Tensor input = Npy.read(TINY.resolve(model, "input." + size + ".npy"));
    List<String> outputs = List.of(names.split(";"));
    try (ModelSource source = ModelFiles.open(TINY.resolve(model))) {
      var shape = input.shape().with(0, Dim.of("batch"));
      Graph graph = source.graph(Map.of("input", shape), outputs);
      OnnxWriter.write(file, graph, 20);
    }
    Map<String, Tensor> results = OnnxRuntime.run(file, Map.of("input", input));
    assertThat(results.keySet()).containsExactlyElementsOf(outputs);
    for (String name : outputs) {
      Tensor expected = Npy.read(TINY.resolve(model, name + "." + size + ".npy"));
      Tensor actual = results.get(name);
      assertThat(actual.count()).isEqualTo(expected.count());
      double worst = 0;
      for (long i = 0; i < expected.count(); i++) {
        worst = Math.max(worst, Math.abs(actual.real(i) - expected.real(i)));
      }
      assertThat(worst).as(name).isLessThan(2e-4);
    }
  }
}
