package dev.vitrine.formats.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.formats.ModelFiles;
import dev.vitrine.formats.ModelSource;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Verifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every checkpoint of the tiny models against what PyTorch gives for it. */
final class TinyModelsTest {
  private static final Path TINY = Path.of(System.getProperty("vitrine.root"), "testdata/tiny");

  record Case(String model, String file, String prefix, String size, List<String> outputs) {
    /** What rounding the weights to the file's type may change. */
    double tolerance() {
      return file.contains("bf16") ? 5e-2 : file.contains("f16") ? 1e-2 : 2e-4;
    }

    Tensor array(String name) {
      return Npy.read(TINY.resolve(model, prefix + name + "." + size + ".npy"));
    }
  }

  static List<Case> cases() {
    List<String> features = List.of("cls", "patch");
    List<String> logits = List.of("logits");
    List<Case> all = new ArrayList<>();
    for (String file : List.of("", "model.safetensors", "model.f16.safetensors")) {
      all.add(new Case("dinov2", file, "", "1x3x56x56", features));
      all.add(new Case("dinov2", file, "", "2x3x70x98", features));
      all.add(new Case("dinov2_reg4", file, "", "1x3x56x56", features));
      all.add(new Case("dinov2_reg4", file, "", "1x3x84x112", features));
      all.add(new Case("dinov2_swiglu", file, "", "1x3x56x56", features));
      all.add(new Case("swin", file, "", "1x3x64x64", logits));
      all.add(new Case("segformer", file, "", "1x3x64x96", logits));
    }
    all.add(new Case("dinov2", "model.bf16.safetensors", "", "2x3x70x98", features));
    all.add(new Case("dinov2", "model.legacy.pth", "pth.", "1x3x84x112", features));
    all.add(new Case("dinov2", "model.wrapped.pth", "pth.", "1x3x84x112", features));
    for (String model : List.of("dinov2", "dinov2_reg4", "dinov2_swiglu")) {
      all.add(new Case(model, "model.pth", "pth.", "1x3x84x112", features));
    }
    all.add(new Case("swin", "model.pth", "", "1x3x64x64", logits));
    all.add(new Case("segformer", "model.pth", "", "1x3x64x96", logits));
    return all;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPyTorch(Case c) {
    try (ModelSource source = ModelFiles.open(TINY.resolve(c.model, c.file))) {
      Tensor input = c.array("input");
      for (Dim batch : List.of(input.shape().dim(0), Dim.of("batch"))) {
        Shape shape = input.shape().with(0, batch);
        Graph graph = source.graph(Map.of("input", shape), c.outputs);
        Verifier.verify(graph);
        Map<String, Tensor> results = Evaluator.run(graph, Map.of("input", input));
        assertThat(results.keySet()).containsExactlyElementsOf(c.outputs);
        results.forEach(
            (name, t) -> {
              Tensor expected = c.array(name);
              assertThat(t.shape()).as(name).isEqualTo(expected.shape());
              assertThat(difference(t, expected))
                  .as("%s, batch %s", name, batch)
                  .isLessThanOrEqualTo(c.tolerance());
            });
      }
    }
  }

  static double difference(Tensor a, Tensor b) {
    double most = 0;
    for (long i = 0; i < a.count(); i++) {
      double d = Math.abs(a.real(i) - b.real(i));
      most = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(most, d);
    }
    return most;
  }
}
