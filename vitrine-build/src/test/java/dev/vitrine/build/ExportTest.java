package dev.vitrine.build;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.vitrine.build.config.Configuration;
import dev.vitrine.build.report.OutputError;
import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Precision;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The quantized model that a build writes as ONNX means the same to ONNX Runtime. */
class ExportTest {
  private static final Path DATA =
      Path.of(System.getProperty("vitrine.root"), "testdata", "quantized");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"w8a8, Rows, 0", "w7a7, Rows, 1", "w8a8, Static, 1", "w8a8, Rows, 2"})
  void agreesWithOnnxRuntime(String precision, String activations, int level)
      throws IOException, OrtException {
    Path samples = Files.createDirectory(folder.resolve("samples"));
    Files.copy(DATA.resolve("input.npy"), samples.resolve("0.npy"));
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"quant": {"transformer_opt_level": %d, "input_configs": [{"tensor_name": "DEFAULT",
          "calibration_dataset": "samples", "calibration_format": "Numpy"}]}}
        """
            .formatted(level));
    Map<String, List<String>> flags =
        Map.of(
            "input", List.of(DATA.resolve("float.onnx").toString()),
            "output_dir", List.of(folder.resolve("out").toString()),
            "vitrine.precision", List.of(precision),
            "vitrine.activations", List.of(activations));
    Options options = Options.defaults().threads(1).warnings(_ -> {});
    Build.run(
        Configuration.read(folder.resolve("config.json"), flags),
        new Environment(options, folder, _ -> {}, _ -> {}));
    Path exported = folder.resolve("out/quant/quant_axmodel.onnx");
    Map<String, Tensor> in = Map.of("input", Npy.read(DATA.resolve("input.npy")));
    Map<String, Tensor> expected = onnxRuntime(exported, in.get("input"));
    try (Model model = Model.open(exported)) {
      Map<String, Tensor> actual = model.run(in, options.precision(Precision.INT8));
      assertThat(actual.keySet()).isEqualTo(expected.keySet());
      actual.forEach(
          (name, t) ->
              assertThat(OutputError.whole(t, expected.get(name)))
                  .as("%s of %s %s", name, precision, activations)
                  .isGreaterThan(0.9999));
    }
  }

  private static Map<String, Tensor> onnxRuntime(Path model, Tensor input) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, Tensor> out = new LinkedHashMap<>();
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      FloatBuffer floats = FloatBuffer.wrap(input.toFloats());
      try (OrtSession session = environment.createSession(model.toString(), options);
          OnnxTensor in = OnnxTensor.createTensor(environment, floats, input.shape().sizes());
          OrtSession.Result result = session.run(Map.of("input", in))) {
        for (var e : result) {
          OnnxTensor t = (OnnxTensor) e.getValue();
          Tensor copy = Tensor.zeros(DType.F32, Shape.of(t.getInfo().getShape()));
          copy.data().copyFrom(MemorySegment.ofBuffer(t.getByteBuffer()));
          out.put(e.getKey(), copy);
        }
      }
    }
    return out;
  }
}
