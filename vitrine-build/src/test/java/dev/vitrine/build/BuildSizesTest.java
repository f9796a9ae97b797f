package dev.vitrine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.Preprocessor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that are compiled for several sizes and batches with one set of weights. */
class BuildSizesTest extends Builds {
  private static final String ANY_SIZE = "dinov2/model.safetensors";

  private void configure(String from, String to) throws IOException {
    Files.writeString(folder.resolve("config.json"), CONFIG.replace(from, to));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"[1, 3, 70, 98]; w8a8", "[1, 70, 98, 3]; f32"})
  void furtherSizes(String shape, String precision) throws IOException {
    configure("\"NHWC\"", "\"NHWC\", \"src_extra_shapes\": [{\"shape\": " + shape + "}]");
    String size = "input_shapes=input:1x3x56x56";
    Build.Result result =
        build(ANY_SIZE, size, "vitrine.precision=" + precision, "compiler.check=3");
    assertThat(result.passed()).as(String.join("\n", lines)).isTrue();
    assertThat(lines)
        .anyMatch(l -> l.startsWith("extra input shape, index: 1, shape: {input=[1, 3, 70, 98]}"))
        .anyMatch(l -> l.startsWith("check graph [subgraph_npu_1_b1] [patch]"));
    try (Model m = Model.open(result.compiled())) {
      assertThat(m.inputs().getFirst().type().shape().dim(3).is(3)).isTrue();
      for (int[] s : new int[][] {{56, 56}, {70, 98}}) {
        Preprocessing how = Preprocessing.imagenet(s[0], s[1], Interpolation.BICUBIC);
        Tensor pixels = new Preprocessor(how).apply(picture);
        Tensor bytes = levels(pixels);
        try (Model f = Model.open(TINY.resolve(ANY_SIZE))) {
          assertClose(
              m.run(Map.of("input", bytes), Options.defaults()),
              f.run(Map.of("input", pixels), Options.defaults()),
              0.999);
        }
      }
      assertThatThrownBy(() -> m.run(Map.of("input", random(1, 84, 84)), Options.defaults()))
          .hasMessageContaining("is packed for input [1, 56, 56, 3]");
    }
    long both = Files.size(result.compiled());
    configure("", "");
    long one = Files.size(build(ANY_SIZE, size, "vitrine.precision=" + precision).compiled());
    assertThat(both).isLessThan(one * 3 / 2);
  }

  /** Pixels that were normalised, as blue, green, red levels with channels last. */
  private static Tensor levels(Tensor normalised) {
    double[] mean = {123.675, 116.28, 103.53};
    double[] std = {58.395, 57.12, 57.375};
    int h = (int) normalised.size(2);
    int w = (int) normalised.size(3);
    Tensor out = Tensor.zeros(DType.U8, Shape.of(1, h, w, 3));
    for (int i = 0; i < h * w; i++) {
      for (int c = 0; c < 3; c++) {
        double level = normalised.real((long) c * h * w + i) * std[c] + mean[c];
        out.set(3L * i + 2 - c, Math.clamp(Math.round(level), 0L, 255L));
      }
    }
    return out;
  }

  private static Tensor random(int batch, int h, int w) {
    SplittableRandom random = new SplittableRandom(batch);
    Tensor t = Tensor.zeros(DType.U8, Shape.of(batch, h, w, 3));
    for (long i = 0; i < t.count(); i++) {
      t.set(i, (long) random.nextInt(256));
    }
    return t;
  }

  @ParameterizedTest
  @CsvSource({
    "compiler.static_batch_sizes=4, 4, 8",
    "compiler.max_dynamic_batch_size=3, 2, 7",
  })
  void batches(String flag, int largest, int given) throws IOException {
    Build.Result result = build(DINOV2, "vitrine.precision=f32", flag, "compiler.check=2");
    assertThat(result.passed()).as(String.join("\n", lines)).isTrue();
    assertThat(lines)
        .anyMatch(l -> l.startsWith("check graph [subgraph_npu_") && l.contains("_b" + largest));
    Tensor all = random(given, 56, 56);
    Build.Result single = build(DINOV2, "vitrine.precision=f32", "output_name=single.axmodel");
    try (Model m = Model.open(result.compiled());
        Model s = Model.open(single.compiled())) {
      Map<String, Tensor> out = m.run(Map.of("input", all), Options.defaults());
      long picture = 56 * 56 * 3;
      for (int i = 0; i < given; i++) {
        Tensor one = Tensor.zeros(DType.U8, Shape.of(1, 56, 56, 3));
        one.data().copyFrom(all.data().asSlice(i * picture, picture));
        Map<String, Tensor> expected = s.run(Map.of("input", one), Options.defaults());
        for (String name : expected.keySet()) {
          Tensor e = expected.get(name);
          assertThat(out.get(name).size(0)).isEqualTo(given);
          for (long k = 0; k < e.count(); k++) {
            assertThat(out.get(name).real(i * e.count() + k))
                .as(name)
                .isCloseTo(e.real(k), offset(1e-4));
          }
        }
      }
      if (largest == 4) {
        assertThatThrownBy(() -> m.run(Map.of("input", random(5, 56, 56)), Options.defaults()))
            .hasMessageContaining("not for input [5, 56, 56, 3]");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"check\": 0; \"check\": 0, \"static_batch_sizes\": [1], \"max_dynamic_batch_size\": 2; exclude each other",
        "\"check\": 0; \"check\": 0, \"static_batch_sizes\": [0]; a batch in compiler is less than 1",
        "\"NHWC\"; \"NHWC\", \"src_extra_shapes\": [{\"shape\": [1, 3, 0, 4]}]; src_extra_shapes[0] is [1, 3, 0, 4]",
        "\"NHWC\"; \"NHWC\", \"src_extra_shapes\": [{\"shape\": [3, 70]}]; has [3, 70], but the model's input is [1, 3, 56, 56]",
        "\"NHWC\"; \"NHWC\", \"src_extra_shapes\": [{\"shapes\": [3, 70]}]; there is no field of input_processors[0].src_extra_shapes[0] 'shapes'; perhaps 'shape'",
        "\"NHWC\"; \"NHWC\", \"src_extra_shapes\": [{\"shape\": [1, 3, 70, 98]}]; can't be compiled for {input=[1, 3, 70, 98]}",
      })
  void faults(String from, String to, String said) throws IOException {
    assertThat(CONFIG).contains(from);
    configure(from, to);
    assertThatThrownBy(() -> build(DINOV2))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining(said);
  }

  @Test
  void nothingIsWrittenBeforeSizesFit() throws IOException {
    configure("\"NHWC\"", "\"NHWC\", \"src_extra_shapes\": [{\"shape\": [1, 3, 70, 98]}]");
    assertThatThrownBy(() -> build(DINOV2)).isInstanceOf(VitrineException.class);
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
