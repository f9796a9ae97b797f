package dev.vitrine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.Preprocessor;
import dev.vitrine.vision.image.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuildTest extends Builds {
  @Test
  void asTheSampleSays() throws IOException {
    Build.Result result = build(DINOV2);
    assertThat(result.passed()).isTrue();
    assertThat(result.compiled()).hasFileName("compiled.axmodel").exists();
    for (String file :
        List.of(
            "build_context.json",
            "frontend/optimized.onnx",
            "quant/quant_axmodel.json",
            "quant/quant_axmodel.onnx",
            "quant/dataset/input/p0.png",
            "report.html")) {
      assertThat(folder.resolve("out").resolve(file)).exists();
    }
    assertThat(lines)
        .contains(
            "ignored on a CPU: npu_mode",
            "Transformer optimize level: 1",
            "4 File(s) Loaded.",
            "preprocess tensor [input]",
            "tensor: input, (1, 56, 56, 3), U8",
            "op: op:pre_swap_1, Gather, {'axis': 3, 'indices': [2, 1, 0]}")
        .endsWith("fuse 1 subgraph(s)");
    assertThat(String.join("\n", lines)).contains("Quant Config Table", "Num of Quantized Op:");
    assertThat(warnings).isEmpty();
    try (Model m = Model.open(result.compiled())) {
      assertThat(m.inputs().getFirst().type()).hasToString("u8[1, 56, 56, 3]");
      assertThat(m.info().preprocessing().bgr()).isTrue();
    }
    assertClose(actual(result.compiled()), expected(DINOV2, 56, 56), 0.999);
    result.outputs().forEach(o -> assertThat(o.mean()).as(o.name()).isGreaterThan(0.999));
    String page = Files.readString(result.report());
    assertThat(page)
        .contains("data:image/png;base64,", "<svg", "<polyline points='")
        .doesNotContain("http", "src='/");
  }

  @ParameterizedTest
  @CsvSource({
    "dinov2/model.1x3x56x56.op13.onnx, 56, 56",
    "swin/model.1x3x64x64.op13.onnx, 64, 64",
    "segformer/model.1x3x64x96.op11.onnx, 64, 96",
  })
  void floatsFromBytesAreTheFloatModels(String model, int height, int width) {
    Map<String, Tensor> expected = expected(model, height, width);
    for (String flag : List.of("vitrine.no_swap=false", "vitrine.no_swap=true")) {
      Build.Result result = build(model, "vitrine.precision=f32", flag, "compiler.check=2");
      assertThat(result.passed()).isTrue();
      assertThat(result.precision()).isEqualTo("F32");
      assertClose(actual(result.compiled()), expected, 0.9999999);
    }
    assertThat(lines).contains("op: op:pre_swap_1, Gather, {'axis': 3, 'indices': [2, 1, 0]}");
  }

  @Test
  void withoutProcessorsTheInputStays() throws IOException {
    String config =
        CONFIG.replaceFirst("(?s)\"input_processors\": \\[.*?\\],\\s*\"compiler", "\"compiler");
    Files.writeString(folder.resolve("config.json"), config);
    Build.Result result = build(DINOV2, "vitrine.precision=f32");
    try (Model m = Model.open(result.compiled())) {
      assertThat(m.inputs().getFirst().type()).isEqualTo(TensorType.f32(1, 3, 56, 56));
    }
    assertClose(actual(result.compiled()), expected(DINOV2, 56, 56), 0.9999999);
    assertThat(lines).noneMatch(l -> l.startsWith("preprocess"));
  }

  @Test
  void floatingSources() throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        CONFIG.replace("\"U8\"", "\"FP32\"").replace("\"NHWC\"", "\"NCHW\""));
    Build.Result result = build(DINOV2, "vitrine.precision=f32");
    try (Model m = Model.open(result.compiled())) {
      assertThat(m.inputs().getFirst().type()).isEqualTo(TensorType.f32(1, 3, 56, 56));
    }
    assertClose(actual(result.compiled()), expected(DINOV2, 56, 56), 0.9999999);
  }

  @Test
  void grey() throws IOException {
    Files.writeString(folder.resolve("config.json"), CONFIG.replace("\"BGR\"", "\"GRAY\""));
    Build.Result result = build(DINOV2, "vitrine.precision=f32");
    try (Model m = Model.open(result.compiled());
        Model f = Model.open(TINY.resolve(DINOV2))) {
      assertThat(m.inputs().getFirst().type()).hasToString("u8[1, 56, 56, 1]");
      Preprocessing how = Preprocessing.imagenet(56, 56, Interpolation.BICUBIC);
      byte[] levels = new byte[56 * 56];
      for (int i = 0; i < levels.length; i++) {
        levels[i] = (byte) (i * 7);
      }
      Tensor grey = Tensor.zeros(m.inputs().getFirst().type());
      grey.data().copyFrom(java.lang.foreign.MemorySegment.ofArray(levels));
      Tensor normalised = new Preprocessor(how).apply(Image.grey(56, 56, levels));
      assertClose(
          m.run(Map.of("input", grey), Options.defaults()),
          f.run(Map.of("input", normalised), Options.defaults()),
          0.9999999);
    }
  }

  @Test
  void cameraPictures() throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        CONFIG.replace("\"BGR\"", "\"YUV420SP\", \"csc_mode\": \"FullRange\""));
    Build.Result result = build(DINOV2, "vitrine.precision=f32");
    assertThat(lines).contains("op: op:pre_csc_1, YuvToRgb, {'range': 'full'}");
    try (Model m = Model.open(result.compiled());
        Model f = Model.open(TINY.resolve(DINOV2))) {
      TensorType type = m.inputs().getFirst().type();
      assertThat(type).hasToString("u8[1, 84, 56, 1]");
      Tensor camera = Tensor.zeros(type);
      byte[] rgb = new byte[56 * 56 * 3];
      for (int i = 0; i < 56 * 56; i++) {
        int luma = 60 + i % 100;
        camera.set(i, (long) luma);
        // Cb 128 and Cr 138: red is 14.02 more than luma, green 7.14 less.
        rgb[3 * i] = (byte) (luma + 14);
        rgb[3 * i + 1] = (byte) (luma - 7);
        rgb[3 * i + 2] = (byte) luma;
      }
      for (int i = 0; i < 28 * 56; i++) {
        camera.set(56 * 56 + i, i % 2 == 0 ? 128L : 138L);
      }
      Preprocessing how = Preprocessing.imagenet(56, 56, Interpolation.BICUBIC);
      assertClose(
          m.run(Map.of("input", camera), Options.defaults().warnings(_ -> {})),
          f.run(
              Map.of("input", new Preprocessor(how).apply(Image.rgb(56, 56, rgb))),
              Options.defaults()),
          0.9999999);
    }
  }

  @Test
  void theSameAgain() throws IOException {
    byte[] first = Files.readAllBytes(build(DINOV2).compiled());
    String scales = Files.readString(folder.resolve("out/quant/quant_axmodel.json"));
    String page = Files.readString(folder.resolve("out/report.html"));
    assertThat(build(DINOV2).compiled()).hasBinaryContent(first);
    assertThat(folder.resolve("out/quant/quant_axmodel.json")).hasContent(scales);
    assertThat(folder.resolve("out/report.html")).hasContent(page);
    // What was in force builds the same.
    Files.copy(
        folder.resolve("out/build_context.json"),
        folder.resolve("config.json"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(build(DINOV2).compiled()).hasBinaryContent(first);
  }

  @Test
  void checksAnalysisAndTraces() throws IOException {
    Build.Result result =
        build(
            DINOV2,
            "compiler.check=3",
            "compiler.check_cosine_simularity=0.99",
            "compiler.npu_perf=true",
            "onnx_opt.model_check=true",
            "quant.precision_analysis=true",
            "quant.precision_analysis_method=EndToEnd",
            "vitrine.debug_samples=1",
            "vitrine.target_cosine=0.9999");
    String text = String.join("\n", lines);
    assertThat(result.passed()).as(text).isTrue();
    assertThat(text)
        .contains(
            "model check [cls]",
            "Quant Precision Table【EndToEnd Reference】",
            "[cls], [1, 64], f32 successfully!: cosin simularity is",
            "Returned to float");
    Path out = folder.resolve("out");
    assertThat(out.resolve("quant/debug/precision_analysis_table.txt")).content().contains("Cosin");
    assertThat(out.resolve("quant/debug/precision_analysis.mmd"))
        .content()
        .startsWith("flowchart TD\n  n0[\"")
        .contains(":::close", "n0 --> n1");
    assertThat(out.resolve("compiler/debug/subgraph_npu_0/b1/trace.json"))
        .content()
        .contains("traceEvents", "\"ph\" : \"X\"");
    assertThat(out.resolve("compiler/debug/subgraph_npu_0/b1/op_profile.csv")).exists();
    assertThat(out.resolve("quant/debug/io/float/0/cls.npy")).exists();
    assertThat(out.resolve("quant/debug/io/quant/0/cls.npy")).exists();
    Build.Result close = build(DINOV2, "compiler.check=1");
    assertThat(close.passed()).as(String.join("\n", lines)).isTrue();
    Build.Result same = build(DINOV2, "compiler.check=2", "compiler.check_mode=CheckPerLayer");
    assertThat(same.passed()).as(String.join("\n", lines)).isTrue();
    assertThat(build(DINOV2, "compiler.check=3", "compiler.check_cosine_simularity=1.01").passed())
        .isFalse();
    assertThat(lines).anyMatch(l -> l.contains("FAILED: cosin simularity"));
  }

  @Test
  void checksOnStatedSamples() throws IOException {
    Path runtime = Files.createDirectories(folder.resolve("runtime/0"));
    Files.write(runtime.resolve("input.bin"), new byte[56 * 56 * 3]);
    Path floats = Files.createDirectories(folder.resolve("floats"));
    Npy.write(floats.resolve("any.npy"), Tensor.zeros(TensorType.f32(1, 3, 56, 56)));
    String[] flags = {
      "compiler.check=3",
      "compiler.input_sample_dir=" + folder.resolve("runtime"),
      "quant.input_sample_dir=" + floats,
      "quant.precision_analysis=true"
    };
    assertThat(build(DINOV2, flags).passed()).as(String.join("\n", lines)).isTrue();
    Files.write(runtime.resolve("input.bin"), new byte[56]);
    assertThatThrownBy(() -> build(DINOV2, flags))
        .hasMessageContaining("input.bin: has 56 bytes, but the model's input, u8[1, 56, 56, 3]");
    Files.delete(runtime.resolve("input.bin"));
    assertThatThrownBy(() -> build(DINOV2, flags)).hasMessageContaining("for input 'input'");
    flags[1] = "compiler.input_sample_dir=gone";
    assertThatThrownBy(() -> build(DINOV2, flags))
        .hasMessageContaining("gone: there is no such folder of samples");
  }

  @Test
  void layersAndTheWholeInFloat() throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        CONFIG.replace(
            "\"calibration_method\"",
            """
            "layer_configs": [{"op_type": "MatMul", "data_type": "U16"}], "calibration_method\""""));
    assertThat(build(DINOV2).precision()).isEqualTo("F32");
    assertThat(String.join("\n", lines)).contains("Layer Config Table", "MatMul");
    assertThat(build(DINOV2, "quant.highest_mix_precision=true").precision()).isEqualTo("F32");
    assertThat(lines).anyMatch(l -> l.startsWith("layer_configs are ignored"));
  }

  @Test
  void outputProcessors() throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        CONFIG.replace(
            "\"compiler\"",
            """
            "output_processors": [{"tensor_name": "patch", "dst_perm": [0, 2, 1]},
              {"tensor_name": "cls", "output_dtype": "U8"}],
            "compiler\""""));
    Map<String, Tensor> actual = actual(build(DINOV2, "vitrine.precision=f32").compiled());
    Map<String, Tensor> expected = expected(DINOV2, 56, 56);
    assertThat(actual.get("patch").shape()).isEqualTo(Shape.of(1, 64, 16));
    assertThat(actual.get("patch").real(3 * 16 + 5))
        .isCloseTo(
            expected.get("patch").real(5 * 64 + 3), org.assertj.core.data.Offset.offset(1e-4));
    for (int i = 0; i < 64; i++) {
      double e = Math.clamp(Math.rint(expected.get("cls").real(i)), 0, 255);
      assertThat(actual.get("cls").integer(i)).isEqualTo((long) e);
    }
  }

  @Test
  void warnings() throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        CONFIG
            .replace("123.675, 116.28, 103.53", "0.485, 0.456, 0.406")
            .replace("58.395, 57.12, 57.375", "0.229, 0.224, 0.225")
            .replace("\"calibration_size\": 32", "\"calibration_size\": 1"));
    build(DINOV2);
    assertThat(warnings)
        .anyMatch(w -> w.contains("look like units of 0…1"))
        .anyMatch(w -> w.startsWith("there is one calibration sample"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"MSE\"; \"MSE\", \"layer_configs\": [{\"op_type\": \"MatMull\", \"data_type\": \"FP32\"}]; MatMul",
        "\"MSE\"; \"MSE\", \"layer_configs\": [{\"data_type\": \"FP32\"}]; quant.layer_configs[0] is to choose its layers in one way",
        "\"DEFAULT\",; \"inptu\",; there is no input 'inptu'; perhaps 'input'",
        "images.tar; gone.tar; gone.tar: there is no such archive or folder",
        "\"BGR\"; \"RAW\"; src_format RAW is not read",
        "\"BGR\"; \"YUYV422\"; YUYV422 needs a csc_mode: FullRange, LimitedRange or Matrix",
        "\"BGR\"; \"YUV420SP\", \"csc_mode\": \"Matrix\", \"csc_mat\": [1, 2]; csc_mat has 2 numbers; it needs 12",
        "\"BGR\"; \"YUV420SP\", \"csc_mode\": \"Matrix\", \"csc_mat\": [1, 0, 0, 0, 1, 0, 0, -223, 1, 0, 0, 0]; csc_mat[7] is -223.0; biases are in units of 256",
        "\"RGB\"; \"GRAY\"; has no place for GRAY pictures",
        "57.375; 0; a std is 0",
        "\"NHWC\"; \"NHWC\", \"padding\": [1, 1]; padding is [1, 1]; it is a start and an end, 0 or more, for each of four axes",
        "\"NHWC\"; \"NHWC\", \"slicing\": [0, 0, 0, 0, 0, 0, 1, 0]; slicing is for height and width alone, not for axis 3",
        "\"NHWC\"; \"NHWC\", \"padding\": [0, 0, 50, 6, 0, 0, 0, 0]; padding leaves nothing of a side of 56",
        "\"ONNX\"; \"QuantAxModel\"; model_type QuantAxModel can be read by its maker's tools only",
        "\"compiler\"; \"input_shapes\": \"x:1x3x56x56\", \"compiler\"; input_shapes: there is no input 'x'",
        "\"compiler\"; \"output_name\": \"a/b\", \"compiler\"; output_name is 'a/b'",
      })
  void faults(String from, String to, String said) throws IOException {
    assertThat(CONFIG).contains(from);
    Files.writeString(folder.resolve("config.json"), CONFIG.replace(from, to));
    assertThatThrownBy(() -> build(DINOV2))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining(said);
    assertThat(folder.resolve("out/compiled.axmodel")).doesNotExist();
  }

  @Test
  void integersNeedData() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{}");
    assertThatThrownBy(() -> build(DINOV2))
        .hasMessageContaining("quant.input_configs is empty; name calibration data there");
    assertThat(build(DINOV2, "vitrine.precision=f32").outputs()).isEmpty();
  }
}
