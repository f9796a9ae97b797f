package dev.vitrine.build.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
  private static final String JSON =
      """
      // as the samples have it
      {
        "model_type": "ONNX", # one way
        "npu_mode": "NPU3", /* another
        */
        "quant": {
          "input_configs": [
            {
              "tensor_name": "DEFAULT",
              "calibration_dataset": "./dataset/images.tar",
              "calibration_size": 32,
              "calibration_mean": [123.675, 116.28, 103.53],
              "calibration_std": [58.395, 57.12, 57.375],
            },
          ],
          "calibration_method": "MSE",
          "transformer_opt_level": 1,
        },
        "input_processors": [{"tensor_name": "DEFAULT", "tensor_format": "RGB", "src_format": "BGR",
          "src_dtype": "U8", "src_layout": "NHWC"}],
        "compiler": {"check": 0}
      }
      """;
  private static final String YAML =
      """
      model_type: ONNX
      npu_mode: NPU3
      quant:
        input_configs:
          - tensor_name: DEFAULT
            calibration_dataset: ./dataset/images.tar
            calibration_size: 32
            calibration_mean: [123.675, 116.28, 103.53]
            calibration_std: [58.395, 57.12, 57.375]
        calibration_method: MSE
        transformer_opt_level: 1
      input_processors:
        - {tensor_name: DEFAULT, tensor_format: RGB, src_format: BGR, src_dtype: U8, src_layout: NHWC}
      compiler:
        check: 0
      """;
  private static final String TOML =
      """
      model_type = "ONNX"
      npu_mode = "NPU3"
      [quant]
      calibration_method = "MSE"
      transformer_opt_level = 1
      [[quant.input_configs]]
      tensor_name = "DEFAULT"
      calibration_dataset = "./dataset/images.tar"
      calibration_size = 32
      calibration_mean = [123.675, 116.28, 103.53]
      calibration_std = [58.395, 57.12, 57.375]
      [[input_processors]]
      tensor_name = "DEFAULT"
      tensor_format = "RGB"
      src_format = "BGR"
      src_dtype = "U8"
      src_layout = "NHWC"
      [compiler]
      check = 0
      """;
  private static final String PROTOTXT =
      """
      # text format
      model_type: ONNX
      npu_mode: NPU3
      quant {
        input_configs {
          tensor_name: "DEFAULT"
          calibration_dataset: './dataset/' "images.tar"
          calibration_size: 32
          calibration_mean: 123.675 calibration_mean: 116.28 calibration_mean: 103.53
          calibration_std: [58.395, 57.12, 57.375]
        }
        calibration_method: MSE
        transformer_opt_level: 1
      }
      input_processors: < tensor_name: "DEFAULT", tensor_format: RGB; src_format: BGR
        src_dtype: U8 src_layout: NHWC >
      compiler { check: 0 }
      """;

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void allLanguagesSayTheSame() throws IOException {
    Configuration json = Configuration.read(file("c.json", JSON), Map.of());
    var quant = json.config().quant();
    assertThat(quant.calibrationMethod()).isEqualTo(QuantConfig.Method.MSE);
    assertThat(quant.inputConfigs().getFirst().calibrationMean())
        .containsExactly(123.675, 116.28, 103.53);
    assertThat(json.config().inputProcessors().getFirst().srcLayout())
        .isEqualTo(InputProcessor.Layout.NHWC);
    assertThat(json.config().outputName()).isEqualTo("compiled.axmodel");
    assertThat(json.config().compiler().checkCosine()).isEqualTo(0.999);
    assertThat(json.ignored()).containsExactly("npu_mode");
    for (Path other :
        List.of(
            file("c.yaml", YAML),
            file("c.toml", TOML),
            file("c.prototxt", PROTOTXT),
            file("noending", JSON.replaceFirst("//.*", "")),
            file("c.txt", PROTOTXT))) {
      assertThat(Configuration.read(other, Map.of())).as(other.toString()).isEqualTo(json);
    }
  }

  @Test
  void whatIsEchoedReadsBackToTheSame() throws IOException {
    Configuration c = Configuration.read(file("c.json", JSON), Map.of());
    Configuration again = Configuration.read(file("echo.json", c.echo()), Map.of());
    assertThat(again.config()).isEqualTo(c.config());
  }

  @Test
  void flagsWin() throws IOException {
    Configuration c =
        Configuration.read(
            file("c.json", JSON),
            Map.of(
                "quant.calibration_method", List.of("percentile"),
                "quant.precision_analysis", List.of("1"),
                "compiler.check_tensor_black_list", List.of("a.*", "b"),
                "compiler.check", List.of("3"),
                "vitrine.target_cosine", List.of("0.999"),
                "output_dir", List.of("out")));
    assertThat(c.config().quant().calibrationMethod()).isEqualTo(QuantConfig.Method.Percentile);
    assertThat(c.config().quant().precisionAnalysis()).isTrue();
    assertThat(c.config().quant().transformerOptLevel()).isEqualTo(1);
    assertThat(c.config().compiler().checkTensorBlackList()).containsExactly("a.*", "b");
    assertThat(c.config().compiler().check()).isEqualTo(3);
    assertThat(c.config().vitrine().targetCosine()).isEqualTo(0.999);
    assertThat(c.config().outputDir()).isEqualTo("out");
  }

  @Test
  void everyScalarIsAFlag() {
    List<String> paths = Configuration.flags().stream().map(Flag::path).toList();
    assertThat(paths)
        .contains(
            "input",
            "npu_mode",
            "onnx_opt.enable_onnxsim",
            "quant.lr",
            "compiler.check_cosine_simularity",
            "compiler.static_batch_sizes",
            "debug.dump_frontend_graph")
        .doesNotContain("quant.input_configs", "input_processors")
        .doesNotHaveDuplicates();
  }

  /** For each faulty text, a part of the one line that is said. */
  private static final Map<String, String> FAULTS =
      Map.ofEntries(
          Map.entry(
              "{\"quant\": {\"calibration_metod\": \"MSE\"}}",
              "there is no field of quant 'calibration_metod'; perhaps 'calibration_method'"),
          Map.entry("{\"qant\": {}}", "there is no field 'qant'; perhaps 'quant'"),
          Map.entry(
              "{\"quant\": {\"calibration_method\": \"MES\"}}",
              "quant.calibration_method is 'MES'; it is one of MinMax, Percentile, MSE, KL"),
          Map.entry("{\"compiler\": {\"check\": \"a\"}}", "compiler.check is 'a'; it is a number"),
          Map.entry(
              "{\"compiler\": {\"check\": 1.5}}", "compiler.check is 1.5; it is a whole number"),
          Map.entry("{\"compiler\": 3}", "compiler is 3; it holds fields"),
          Map.entry(
              "{\"quant\": {\"precision_analysis\": \"maybe\"}}",
              "quant.precision_analysis is 'maybe'; it is true or false"),
          Map.entry(
              "{\"input_processors\": [{\"tensor_name\": \"a\", \"dst_format\": \"BGR\"}]}",
              "there is no field of input_processors[0] 'dst_format'; perhaps 'src_format'"),
          Map.entry(
              "{\"quant\": {", "for Object (start marker at [line: 1, column: 11]); correct it"),
          Map.entry("[1]", "holds no fields"));

  @TestFactory
  List<DynamicTest> faults() {
    return FAULTS.entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.getKey(),
                    () -> {
                      Path file = file("faulty.json", e.getKey());
                      assertThatThrownBy(() -> Configuration.read(file, Map.of()))
                          .isInstanceOf(VitrineException.class)
                          .hasMessageStartingWith(file + ": ")
                          .hasMessageContaining(e.getValue());
                    }))
        .toList();
  }

  @Test
  void aFaultyFlagIsNamed() {
    assertThatThrownBy(
            () -> Configuration.read(null, Map.of("quant.transformer_opt_level", List.of("x"))))
        .hasMessage("--quant.transformer_opt_level is 'x'; it is a number");
  }

  @Test
  void prototxtFaultsNameTheirLine() throws IOException {
    Map.of(
            "quant {\n a b\n}", "line 2: after 'a' comes a colon",
            "quant {\n", "'}' is missing",
            "quant: [1 2]", "']' is missing",
            "a: 'x", "means nothing",
            "a: \n}", "a value is missing")
        .forEach(
            (text, said) ->
                assertThatThrownBy(() -> Prototxt.parse(text, "p.prototxt"))
                    .as(text)
                    .isInstanceOf(VitrineException.class)
                    .hasMessageContaining(said));
    assertThatThrownBy(() -> Prototxt.parse("a {".repeat(10_000), "p"))
        .hasMessageContaining("too many levels");
    assertThatThrownBy(() -> Prototxt.parse("a: " + "[".repeat(10_000), "p"))
        .hasMessageContaining("too many levels");
  }

  @Test
  void vastAi() throws IOException {
    Path file =
        file(
            "vacc.yaml",
            """
            name: dinov2-int8
            frontend:
              type: onnx
              checkpoint: dino.onnx
              dtype: fp32
              shape:
                input: [1, 3, 224, 224]
            backend:
              type: tvm_vacc
              dtype: int8
              quantize:
                calibrate_mode: percentile
                quantize_per_channel: true
              compile:
                cluster_mode: 0
            dataset:
              type: tvm
              path: photos
              sampler:
                suffix: jpg
                get_data_num: 12
              process_ops:
                - type: DecodeImage
                - type: Resize
                  size: [224, 224]
                - type: CvtColor
                  code: COLOR_BGR2RGB
                - type: Normalize
                  mean: [0.5, 0.5, 0.5]
                  std: [0.2, 0.2, 0.2]
                  div255: true
            workspace:
              path: deploy
            """);
    Configuration c = Configuration.read(file, Map.of("output_name", List.of("x.vitrine")));
    BuildConfig config = c.config();
    assertThat(config.input()).isEqualTo("dino.onnx");
    assertThat(config.inputShapes()).isEqualTo("input:1x3x224x224");
    assertThat(config.outputDir()).isEqualTo("deploy/dinov2-int8");
    assertThat(config.outputName()).isEqualTo("x.vitrine");
    assertThat(config.vitrine().precision()).isEqualTo(BuildConfig.Precision.INT8);
    assertThat(config.quant().calibrationMethod()).isEqualTo(QuantConfig.Method.Percentile);
    var data = config.quant().inputConfigs().getFirst();
    assertThat(data.calibrationDataset()).isEqualTo("photos");
    assertThat(data.calibrationSize()).isEqualTo(12);
    assertThat(data.calibrationMean()).containsExactly(127.5, 127.5, 127.5);
    assertThat(config.inputProcessors().getFirst().tensorFormat())
        .isEqualTo(InputProcessor.ColorSpace.RGB);
    assertThat(c.ignored())
        .contains("backend.type", "backend.compile", "backend.quantize.quantize_per_channel");
    Path bad = file("bad.yaml", Files.readString(file).replace("dtype: int8", "dtype: int3"));
    assertThatThrownBy(() -> Configuration.read(bad, Map.of()))
        .hasMessage(bad + ": backend.dtype is 'int3'; it is fp16 or int8");
  }
}
