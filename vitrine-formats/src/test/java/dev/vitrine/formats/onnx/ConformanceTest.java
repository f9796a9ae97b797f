package dev.vitrine.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.onnx.Conformance.Report;
import dev.vitrine.formats.onnx.Conformance.Result;
import dev.vitrine.formats.onnx.Conformance.Status;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Executor;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformanceTest {
  private static final Path CASES =
      Path.of(System.getProperty("vitrine.root"), "testdata/onnx/onnx_node_tests.zip");

  /** How many of ONNX's node cases pass; raise it when more do. */
  private static final int PASSING = 1719;

  @TempDir Path folder;

  private static void allPass(Executor executor) {
    Report report = Conformance.run(CASES, executor, _ -> {});
    assertThat(report.results()).hasSize(1858);
    assertThat(report.results()).filteredOn(r -> r.status() == Status.FAILED).isEmpty();
    assertThat(report.count(Status.PASSED)).isGreaterThanOrEqualTo(PASSING);
  }

  @Test
  void nodeCases() {
    allPass(Evaluator::run);
  }

  @Test
  void writtenAtTheLeastOpset() {
    allPass((graph, inputs) -> Evaluator.run(written(graph, OnnxWriter.leastOpset(graph)), inputs));
  }

  @Test
  void writtenAtTheNewestOpset() {
    allPass((graph, inputs) -> Evaluator.run(written(graph, OnnxWriter.NEWEST_OPSET), inputs));
  }

  private static Graph written(Graph graph, int opset) {
    return OnnxReader.graph("written", OnnxWriter.write(graph, opset));
  }

  @Test
  void folderOfCases() throws IOException {
    try (ConformanceFiles files = ConformanceFiles.open(CASES)) {
      for (String name : List.of("test_relu", "test_if")) {
        Path set = Files.createDirectories(folder.resolve(name + "/test_data_set_0"));
        Files.write(
            folder.resolve(name + "/model.onnx"),
            files.model(name).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
        for (String file : List.of("input_0.pb", "output_0.pb")) {
          Files.copy(files.dataSets(name).getFirst().resolve(file), set.resolve(file));
        }
      }
    }
    List<Result> shown = new ArrayList<>();
    Report report = Conformance.run(folder, Evaluator::run, shown::add);
    assertThat(report.results()).isEqualTo(shown);
    assertThat(shown.get(0).status()).isEqualTo(Status.UNSUPPORTED);
    assertThat(shown.get(0).reason()).contains("If at ");
    assertThat(shown.get(1)).isEqualTo(new Result("test_relu", List.of("Relu"), Status.PASSED, ""));
  }

  @Test
  void wrongResultsFail() throws IOException {
    Executor zeros =
        (graph, inputs) -> {
          var out = new java.util.LinkedHashMap<>(Evaluator.run(graph, inputs));
          out.replaceAll((_, t) -> Tensor.zeros(t.type()));
          return out;
        };
    folderOfCases();
    Result relu = Conformance.run(folder, zeros, _ -> {}).results().getLast();
    assertThat(relu.status()).isEqualTo(Status.FAILED);
    assertThat(relu.reason()).startsWith("output 'y' differs at element 0: 0.0, not 1.7");
    Result missing = Conformance.run(folder, (_, _) -> Map.of(), _ -> {}).results().getLast();
    assertThat(missing.reason()).isEqualTo("output 0 is missing");
  }

  @Test
  void noCases() throws IOException {
    assertThatThrownBy(() -> Conformance.run(folder, Evaluator::run, _ -> {}))
        .isInstanceOf(FormatException.class)
        .hasMessage(folder + ": holds no folder with a model.onnx");
    Path text = Files.writeString(folder.resolve("cases.txt"), "no");
    assertThatThrownBy(() -> Conformance.run(text, Evaluator::run, _ -> {}))
        .isInstanceOf(FormatException.class)
        .hasMessage(text + ": is neither a folder nor a ZIP file");
  }
}
