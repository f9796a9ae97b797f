package dev.vitrine.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.formats.family.Families;
import dev.vitrine.formats.safetensors.Safetensors;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelFilesTest {
  private static final Path TINY = Path.of(System.getProperty("vitrine.root"), "testdata/tiny");
  private static final Shape SIZE = Shape.of(1, 3, 56, 56);

  @TempDir Path folder;

  @Test
  void whatIsKnownOfAModel() {
    try (ModelSource m = ModelFiles.open(TINY.resolve("dinov2_reg4"))) {
      ModelInfo info = m.info();
      assertThat(info.name()).isEqualTo("dinov2_reg4");
      assertThat(info.family()).isEqualTo("dinov2");
      assertThat(info.architecture()).isEqualTo("ViT-64x2/14 with 4 registers");
      assertThat(info.weights()).isEqualTo(DType.F32);
      assertThat(info.task()).isEqualTo(ModelInfo.Task.FEATURES);
      assertThat(info.preprocessing().mean()).containsExactly(0.485, 0.456, 0.406);
      assertThat(m.inputs()).hasSize(1);
      assertThat(m.inputs().getFirst().type()).hasToString("f32[batch, 3, height, width]");
      assertThat(m.inputs().getFirst().multiple()).isEqualTo(14);
      assertThat(m.outputs()).containsExactly("cls", "patch", "registers", "prenorm", "hidden.K");
      assertThat(m.graph(Map.of(), List.of()).inputs().getFirst().type())
          .hasToString("f32[batch, 3, 56, 56]");
    }
  }

  @Test
  void whatTheFolderSays() throws Exception {
    Path vit = TINY.resolveSibling("families").resolve("vit_hub");
    Path copy = copy(vit, "model.safetensors", "config.json");
    Files.writeString(
        copy.resolve("preprocessor_config.json"),
        """
        {"size": {"shortest_edge": 20}, "crop_size": {"height": 16, "width": 12}, "resample": 3,
         "do_center_crop": true, "image_mean": [0.5, 0.4, 0.3], "image_std": [0.1, 0.2, 0.3]}
        """);
    Files.writeString(copy.resolve("README.md"), "---\nlicense: apache-2.0\n---\n# A model\n");
    try (ModelSource m = ModelFiles.open(copy)) {
      assertThat(m.info().labels()).containsExactly("cat", "dog", "horse", "ship");
      assertThat(m.info().licence()).isEqualTo("Apache-2.0");
      assertThat(m.info().preprocessing())
          .isEqualTo(
              new Preprocessing(
                  16,
                  12,
                  20,
                  Preprocessing.Interpolation.BICUBIC,
                  1 / 255.0,
                  List.of(0.5, 0.4, 0.3),
                  List.of(0.1, 0.2, 0.3),
                  false));
    }
    try (ModelSource m = ModelFiles.open(vit.resolve("model.safetensors"))) {
      assertThat(m.info().preprocessing()).as("never guessed").isNull();
    }
  }

  @Test
  void onlyWhatIsAskedForIsBuilt() {
    try (ModelSource m = ModelFiles.open(TINY.resolve("dinov2/model.pth"))) {
      Graph first = m.graph(Map.of("input", SIZE), List.of("hidden.0", "hidden.1"));
      assertThat(first.outputs().keySet()).containsExactly("hidden.0", "hidden.1");
      assertThat(first.values()).noneMatch(v -> v.name().startsWith("blocks.1"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "module.NAME, ",
    "teacher.backbone.NAME, ",
    "backbone.NAME, ",
    "NAME, chunks",
    "module.teacher.backbone.NAME, chunks",
  })
  void namesWithWhatTrainingPutsAround(String pattern, String chunks) {
    try (Checkpoint plain = ModelFiles.checkpoint(TINY.resolve("dinov2/model.pth"))) {
      Map<String, Tensor> renamed = new LinkedHashMap<>();
      plain
          .tensors()
          .forEach(
              (name, t) -> {
                String inner = chunks == null ? name : name.replaceFirst("^blocks\\.", "blocks.0.");
                renamed.put(pattern.replace("NAME", inner), t);
              });
      if (pattern.contains("teacher")) {
        renamed.put(pattern.replace("backbone.NAME", "dino_head.mlp.0.weight"), Tensor.scalar(1f));
        plain
            .tensors()
            .forEach((name, t) -> renamed.put("student.backbone." + name, Tensor.zeros(t.type())));
      }
      assertThat(run(renamed, List.of("cls")).get("cls").toFloats())
          .isEqualTo(run(plain.tensors(), List.of("cls")).get("cls").toFloats());
    }
  }

  /** The classifiers of the original code: class token beside mean patch, of one or four blocks. */
  @ParameterizedTest
  @CsvSource({"2", "5"})
  void linearHeads(int parts) {
    try (Checkpoint plain = ModelFiles.checkpoint(TINY.resolve("dinov2_swiglu/model.pth"))) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      plain.tensors().forEach((name, t) -> tensors.put("backbone." + name, t));
      // Four states before the end need four blocks: the last one is repeated.
      plain
          .tensors()
          .forEach(
              (name, t) -> {
                if (name.startsWith("blocks.1.")) {
                  tensors.put("backbone." + name.replace("blocks.1.", "blocks.2."), t);
                  tensors.put("backbone." + name.replace("blocks.1.", "blocks.3."), t);
                }
              });
      Tensor weight = Tensor.zeros(DType.F32, Shape.of(3, 64L * parts));
      for (long i = 0; i < weight.count(); i++) {
        weight.set(i, Math.sin(i));
      }
      tensors.put("linear_head.weight", weight);
      tensors.put("linear_head.bias", Tensor.f32(Shape.of(3), 1, 2, 3));
      List<String> states =
          parts == 2
              ? List.of("hidden.4")
              : List.of("hidden.1", "hidden.2", "hidden.3", "hidden.4");
      Map<String, Tensor> out =
          run(tensors, Stream.concat(Stream.of("logits", "patch"), states.stream()).toList());
      float[] features = new float[64 * parts];
      for (int k = 0; k < states.size(); k++) {
        float[] cls = normed(plain, out.get(states.get(k)).toFloats());
        System.arraycopy(cls, 0, features, 64 * k, 64);
      }
      float[] patch = out.get("patch").toFloats();
      for (int i = 0; i < patch.length; i++) {
        features[64 * (parts - 1) + i % 64] += patch[i] / 16;
      }
      for (int o = 0; o < 3; o++) {
        double sum = o + 1;
        for (int i = 0; i < features.length; i++) {
          sum += features[i] * weight.real((long) o * features.length + i);
        }
        assertThat(out.get("logits").real(o)).isCloseTo(sum, within(2e-4));
      }
    }
  }

  /** The class token, after the final norm. */
  private static float[] normed(Checkpoint c, float[] tokens) {
    float[] gamma = c.tensors().get("norm.weight").toFloats();
    float[] beta = c.tensors().get("norm.bias").toFloats();
    double mean = 0;
    double square = 0;
    for (int i = 0; i < 64; i++) {
      mean += tokens[i] / 64.0;
      square += tokens[i] * (double) tokens[i] / 64;
    }
    float[] out = new float[64];
    for (int i = 0; i < 64; i++) {
      out[i] =
          (float)
              ((tokens[i] - mean) / Math.sqrt(square - mean * mean + 1e-6) * gamma[i] + beta[i]);
    }
    return out;
  }

  @Test
  void weightsInSeveralFiles() throws Exception {
    try (Checkpoint whole = ModelFiles.checkpoint(TINY.resolve("dinov2/model.safetensors"))) {
      Map<String, Tensor> first = new LinkedHashMap<>();
      Map<String, Tensor> second = new LinkedHashMap<>();
      StringBuilder map = new StringBuilder();
      whole
          .tensors()
          .forEach(
              (name, t) -> {
                boolean in = first.size() <= second.size();
                (in ? first : second).put(name, t);
                map.append(map.isEmpty() ? "" : ",")
                    .append("\"%s\":\"%s.safetensors\"".formatted(name, in ? "a" : "b"));
              });
      Safetensors.write(folder.resolve("a.safetensors"), first, Map.of());
      Safetensors.write(folder.resolve("b.safetensors"), second, Map.of());
      Path index = folder.resolve("model.safetensors.index.json");
      Files.writeString(index, "{\"weight_map\":{" + map + "}}");
      Files.copy(TINY.resolve("dinov2/config.json"), folder.resolve("config.json"));
      try (Checkpoint parts = ModelFiles.checkpoint(index);
          ModelSource model = ModelFiles.open(folder)) {
        assertThat(parts.tensors().keySet()).isEqualTo(whole.tensors().keySet());
        assertThat(model.info().parameters())
            .isEqualTo(whole.tensors().values().stream().mapToLong(Tensor::count).sum());
      }
      Files.writeString(index, "{\"weight_map\":{\"x\":\"../a.safetensors\"}}");
      assertThatThrownBy(() -> ModelFiles.checkpoint(index))
          .hasMessageContaining("names '../a.safetensors', which is no file beside it");
      Files.writeString(index, "{\"weight_map\":{\"x\":\"a.safetensors\"}}");
      assertThatThrownBy(() -> ModelFiles.checkpoint(index))
          .hasMessageContaining("has no tensor 'x'");
    }
  }

  @Test
  void classifierBesideItsBackbone() throws Exception {
    Path head = folder.resolve("x_linear_head.safetensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("weight", Tensor.zeros(DType.F32, Shape.of(5, 128)));
    tensors.put("bias", Tensor.f32(Shape.of(5), 1, 2, 3, 4, 5));
    Safetensors.write(head, tensors, Map.of());
    assertThatThrownBy(() -> ModelFiles.open(head)).hasMessageContaining("holds a classifier only");
    try (Checkpoint c = ModelFiles.checkpoint(TINY.resolve("dinov2/model.pth"))) {
      Safetensors.write(folder.resolve("x_pretrain.safetensors"), c.tensors(), Map.of());
    }
    try (ModelSource m = ModelFiles.open(head)) {
      Graph g = m.graph(Map.of("input", SIZE), List.of());
      Tensor zeros = Tensor.zeros(DType.F32, SIZE);
      assertThat(Evaluator.run(g, Map.of("input", zeros)).get("logits").toFloats())
          .containsExactly(1, 2, 3, 4, 5);
    }
  }

  /** Names and shapes that a damaged file may have, in a file that is sound otherwise. */
  @Test
  void damagedModels() throws Exception {
    byte[] good =
        Files.readAllBytes(TINY.resolveSibling("families").resolve("swin_timm/model.safetensors"));
    int head = (int) good[0] & 0xff | (good[1] & 0xff) << 8;
    Fuzz.run(
        good,
        head,
        1500,
        s -> {
          Map<String, Tensor> tensors = Safetensors.read(s, "x");
          Checkpoint c = new Checkpoint(Path.of("x"), tensors, Map.of(), List.of());
          try (ModelSource m = Families.open(c, null, false, "x")) {
            m.graph(Map.of("input", Shape.of(1, 3, 32, 32)), List.of());
          }
        });
  }

  @Test
  void configurationOfAnotherModel() throws Exception {
    Path copy = copy(TINY.resolve("dinov2"), "model.safetensors");
    Files.copy(TINY.resolve("swin/config.json"), copy.resolve("config.json"));
    assertThatThrownBy(() -> ModelFiles.open(copy)).hasMessageContaining("describes another model");
    try (ModelSource alone = ModelFiles.open(copy.resolve("model.safetensors"))) {
      assertThat(alone.info().family()).isEqualTo("dinov2");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "norm.weight | | tensor 'norm.weight' is missing",
        "patch_embed.proj.weight | | is of no known family",
        "blocks.1.attn.qkv.weight | | tensor 'blocks.1.attn.qkv.weight' is missing",
        "| blocks.0.attn.q_norm.weight | tensor 'blocks.0.attn.q_norm.weight' has no place in dinov2",
        "| layers.0.blocks.0.attn.logit_scale | Swin Transformer V2 is not supported",
        "| norm.weight | tensor 'norm.weight' has the shape [2, 2]",
        "| pos_embed | tensor 'pos_embed' has the shape [2, 2]",
      })
  void checkpointsThatAreNotWhole(String without, String with, String message) {
    try (Checkpoint plain = ModelFiles.checkpoint(TINY.resolve("dinov2/model.pth"))) {
      Map<String, Tensor> tensors = new LinkedHashMap<>(plain.tensors());
      if (without != null) {
        tensors.remove(without);
      }
      if (with != null) {
        tensors.put(with, Tensor.f32(Shape.of(2, 2), 1, 2, 3, 4));
      }
      assertThatThrownBy(() -> run(tensors, List.of("patch")))
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith("x.pth: ")
          .hasMessageContaining(message);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "input | 1x3x56x57 | cls | multiples of 14 up to 32768, not 57",
        "input | 1x3x0x56 | cls | not 0",
        "input | 1x4x56x56 | cls | takes [batch, 3, height, width]",
        "input | 3x56x56 | cls | takes [batch, 3, height, width]",
        "pixels | 1x3x56x56 | cls | has no input 'pixels'",
        "input | 1x3x56x56 | logits | has no output 'logits'; it has cls, patch, prenorm and hidden.0 to hidden.2",
        "input | 1x3x56x56 | hidden.3 | has no output 'hidden.3'",
      })
  void whatCanNotBeAskedFor(String input, String size, String output, String message) {
    try (ModelSource m = ModelFiles.open(TINY.resolve("dinov2"))) {
      assertThatThrownBy(() -> m.graph(Map.of(input, Shape.parse(size)), List.of(output)))
          .isInstanceOf(VitrineException.class)
          .hasMessageContaining(message);
    }
  }

  @Test
  void filesThatAreNoModel() throws Exception {
    assertThatThrownBy(() -> ModelFiles.open(folder.resolve("none.pth")))
        .hasMessageContaining("none.pth: no such file");
    assertThatThrownBy(() -> ModelFiles.open(folder)).hasMessageContaining("has no config.json");
    Path text = Files.writeString(folder.resolve("a.pth"), "hello world");
    assertThatThrownBy(() -> ModelFiles.open(text)).hasMessageContaining("is neither");
    Files.writeString(folder.resolve("config.json"), "{");
    Files.copy(TINY.resolve("dinov2/model.pth"), folder.resolve("model.pth"));
    assertThatThrownBy(() -> ModelFiles.open(folder))
        .hasMessageContaining("config.json: is damaged");
  }

  private Path copy(Path from, String... names) throws Exception {
    Path to = Files.createDirectory(folder.resolve("copy"));
    for (String name : names) {
      Files.copy(from.resolve(name), to.resolve(name));
    }
    return to;
  }

  private static Map<String, Tensor> run(Map<String, Tensor> tensors, List<String> outputs) {
    Checkpoint c = new Checkpoint(Path.of("x.pth"), tensors, Map.of(), List.of());
    try (ModelSource m = Families.open(c, null, false, "x")) {
      Tensor input = Tensor.zeros(DType.F32, SIZE);
      for (long i = 0; i < input.count(); i++) {
        input.set(i, Math.sin(i * 0.37));
      }
      return Evaluator.run(m.graph(Map.of("input", SIZE), outputs), Map.of("input", input));
    }
  }
}
