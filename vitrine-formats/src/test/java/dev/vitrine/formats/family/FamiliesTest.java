package dev.vitrine.formats.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.formats.ModelFiles;
import dev.vitrine.formats.ModelSource;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What timm and transformers give: other namings, heads and sizes than those of the tiny models.
 */
final class FamiliesTest {
  private static final Path DATA = Path.of(System.getProperty("vitrine.root"), "testdata");

  record Case(String model, String size, List<String> outputs) {
    Path file(String name) {
      return DATA.resolve("families").resolve(model).resolve(size + "." + name + ".npy");
    }

    Path weights() {
      Path own = DATA.resolve("families").resolve(model);
      if (!Files.exists(own.resolve("model.safetensors"))) {
        return DATA.resolve("tiny").resolve(model);
      }
      return Files.exists(own.resolve("config.json")) ? own : own.resolve("model.safetensors");
    }
  }

  static List<Case> cases() throws Exception {
    List<Case> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(DATA.resolve("families"))) {
      for (Path input : files.filter(f -> f.toString().endsWith(".input.npy")).sorted().toList()) {
        String size = input.getFileName().toString().replace(".input.npy", "");
        try (Stream<Path> beside = Files.list(input.getParent())) {
          List<String> outputs =
              beside
                  .map(f -> f.getFileName().toString())
                  .filter(f -> f.startsWith(size + ".") && !f.contains("input"))
                  .map(f -> f.substring(size.length() + 1, f.length() - 4))
                  .sorted()
                  .toList();
          all.add(new Case(input.getParent().getFileName().toString(), size, outputs));
        }
      }
    }
    assertThat(all).hasSizeGreaterThan(15);
    return all;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPyTorch(Case c) {
    try (ModelSource source = ModelFiles.open(c.weights())) {
      Tensor input = Npy.read(c.file("input")).cast(DType.F32);
      for (Dim batch : List.of(input.shape().dim(0), Dim.of("batch"))) {
        Shape shape = input.shape().with(0, batch);
        Graph graph = source.graph(Map.of("input", shape), c.outputs);
        Map<String, Tensor> results = Evaluator.run(graph, Map.of("input", input));
        results.forEach(
            (name, t) -> {
              Tensor expected = Npy.read(c.file(name));
              assertThat(t.shape()).as(name).isEqualTo(expected.shape());
              assertThat(TinyModelsTest.difference(t, expected)).as(name).isLessThan(2e-4);
            });
      }
    }
  }
}
