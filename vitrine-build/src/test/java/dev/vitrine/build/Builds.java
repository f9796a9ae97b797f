package dev.vitrine.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.build.config.Configuration;
import dev.vitrine.build.data.Pack;
import dev.vitrine.build.report.OutputError;
import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.vision.Preprocessor;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import dev.vitrine.vision.image.ImageWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Builds of tiny models in a folder with a configuration and four pictures. */
abstract class Builds {
  static final Path ROOT = Path.of(System.getProperty("vitrine.root"));
  static final Path TINY = ROOT.resolve("testdata/tiny");
  static final String DINOV2 = "dinov2/model.1x3x56x56.op17.onnx";

  /** As it is published with the first sample of a transformer, but for the size. */
  static final String CONFIG =
      """
      {
        "model_type": "ONNX",
        "npu_mode": "NPU3",
        "quant": {
          "input_configs": [
            {
              "tensor_name": "DEFAULT",
              "calibration_dataset": "./dataset/images.tar",
              "calibration_size": 32,
              "calibration_mean": [123.675, 116.28, 103.53],
              "calibration_std": [58.395, 57.12, 57.375]
            }
          ],
          "calibration_method": "MSE",
          "transformer_opt_level": 1
        },
        "input_processors": [
          {
            "tensor_name": "DEFAULT",
            "tensor_format": "RGB",
            "src_format": "BGR",
            "src_dtype": "U8",
            "src_layout": "NHWC"
          }
        ],
        "compiler": {
          "check": 0
        }
      }
      """;

  @TempDir Path folder;
  final List<String> lines = new ArrayList<>();
  final List<String> warnings = new ArrayList<>();
  Image picture;

  @BeforeEach
  void data() throws IOException {
    Image photo = ImageReader.read(ROOT.resolve("examples/chelsea.png"));
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < 4; i++) {
      Path file = folder.resolve("p.png");
      ImageWriter.write(photo.crop(30 * i, 50 * i, 120, 150), file);
      files.put("p" + i + ".png", Files.readAllBytes(file));
    }
    picture = photo.crop(90, 20, 130, 160);
    Files.createDirectories(folder.resolve("dataset"));
    Pack.tar(folder.resolve("dataset/images.tar"), files);
    Files.writeString(folder.resolve("config.json"), CONFIG);
  }

  Build.Result build(String model, String... flags) {
    Map<String, List<String>> all = new HashMap<>();
    all.put("input", List.of(TINY.resolve(model).toString()));
    all.put("output_dir", List.of(folder.resolve("out").toString()));
    for (String flag : flags) {
      String[] parts = flag.split("=", 2);
      all.put(parts[0], List.of(parts[1]));
    }
    Options options = Options.defaults().threads(2).warnings(warnings::add);
    return Build.run(
        Configuration.read(folder.resolve("config.json"), all),
        new Environment(options, folder, lines::add, warnings::add));
  }

  /** What the float model gives for the picture. */
  Map<String, Tensor> expected(String model, int height, int width) {
    Preprocessing how = Preprocessing.imagenet(height, width, Interpolation.BICUBIC);
    try (Model m = Model.open(TINY.resolve(model))) {
      return m.run(Map.of("input", new Preprocessor(how).apply(picture)), Options.defaults());
    }
  }

  /** What a built model gives for it as bytes. */
  Map<String, Tensor> actual(Path file) {
    try (Model m = Model.open(file)) {
      TensorType type = m.inputs().getFirst().type();
      Tensor pixels = new Preprocessor(m.info().preprocessing()).apply(picture, type);
      return m.run(Map.of("input", pixels), Options.defaults());
    }
  }

  static void assertClose(Map<String, Tensor> a, Map<String, Tensor> e, double cosine) {
    assertThat(a.keySet()).isEqualTo(e.keySet());
    a.forEach(
        (name, t) -> assertThat(OutputError.whole(t, e.get(name))).as(name).isGreaterThan(cosine));
  }
}
