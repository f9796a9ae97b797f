package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.compiler.check.Difference;
import dev.vitrine.compiler.quantize.QuantizeOptions;
import dev.vitrine.compiler.quantize.QuantizedModel;
import dev.vitrine.compiler.quantize.Quantizer;
import dev.vitrine.formats.onnx.OnnxWriter;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecisionTest {
  private static final Path DINO =
      Path.of(System.getProperty("vitrine.root"), "testdata/tiny/dinov2/model.safetensors");
  private static final Options OPTIONS = Options.defaults().threads(2);
  private static final Shape SHAPE = Shape.of(1, 3, 56, 42);

  private static Map<String, Tensor> picture() {
    Tensor t = Tensor.zeros(DType.F32, SHAPE);
    for (long i = 0; i < t.count(); i++) {
      t.set(i, Math.sin(i * 0.37));
    }
    return Map.of("input", t);
  }

  private static double cosine(Map<String, Tensor> a, Map<String, Tensor> b) {
    return b.keySet().stream()
        .mapToDouble(name -> Difference.of(name, a.get(name), b.get(name)).cosine())
        .min()
        .orElseThrow();
  }

  @Test
  void floatModelOnBytesWithoutCalibration() {
    try (Model model = Model.open(DINO);
        Session floats = model.session(SHAPE, OPTIONS);
        Session bytes = model.session(SHAPE, OPTIONS.precision(Precision.INT8))) {
      assertThat(floats.precision()).isEqualTo("f32");
      assertThat(bytes.precision()).isEqualTo("int8");
      assertThat(bytes.toString()).contains("quantize_");
      assertThat(cosine(bytes.run(picture()), floats.run(picture()))).isBetween(0.99, 1 - 1e-9);
    }
  }

  /** Written as ONNX, read again, run on bytes and on floats; auto takes one of the two. */
  @Test
  void quantizedModelOnBytesAndOnFloats(@TempDir Path folder) {
    Path file = folder.resolve("q.onnx");
    try (Model model = Model.open(DINO)) {
      Graph g = model.graph(Map.of("input", SHAPE), List.of());
      QuantizedModel q =
          Quantizer.quantize(
              g,
              List.of(picture()),
              QuantizeOptions.defaults(),
              new EngineExecutor(OPTIONS),
              (_, _, _) -> {});
      OnnxWriter.write(file, q.onnx(), 21);
      Map<String, Tensor> expected = new EngineExecutor(OPTIONS).run(q.graph(), picture());
      try (Model read = Model.open(file)) {
        Map<String, Tensor> bytes = read.run(picture(), OPTIONS.precision(Precision.INT8));
        Map<String, Tensor> floats = read.run(picture(), OPTIONS.precision(Precision.F32));
        assertThat(cosine(bytes, expected)).isCloseTo(1, within(1e-6));
        assertThat(cosine(floats, model.run(picture(), OPTIONS))).isGreaterThan(0.999);
        try (Session auto = read.session(SHAPE, OPTIONS)) {
          assertThat(auto.precision())
              .matches(
                  "int8 \\(\\d+\\.\\d\\d × float here\\)|f32 \\(int8: 0\\.\\d\\d × float here\\)|f32 \\(int8: 1\\.00 × float here\\)");
          Map<String, Tensor> chosen = auto.precision().startsWith("int8") ? bytes : floats;
          auto.run(picture()).forEach((n, t) -> assertThat(t.sameAs(chosen.get(n))).isTrue());
        }
      }
    }
  }

  @Test
  void names() {
    assertThat(Precision.parse("int8")).isEqualTo(Precision.INT8);
    assertThatThrownBy(() -> Precision.parse("int4"))
        .hasMessage("'int4' is no precision; choose from auto, f32, int8");
  }
}
