package dev.vitrine.formats.onnx;

import dev.vitrine.formats.Fuzz;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OnnxFuzzTest {
  private static final Path CASES =
      Path.of(System.getProperty("vitrine.root"), "testdata/onnx/onnx_node_tests.zip");

  /**
   * Cases whose models are small and have something of everything: nodes, attributes, constants.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "test_layer_normalization_3d_axis1_epsilon_expanded",
        "test_conv_with_strides_and_asymmetric_padding",
        "test_resize_upsample_sizes_cubic",
        "test_slice_neg_steps",
        "test_group_normalization_example_expanded",
        "test_constant_pad_axes"
      })
  void damagedModels(String name) throws IOException {
    try (ConformanceFiles files = ConformanceFiles.open(CASES)) {
      byte[] good = files.model(name).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
      Fuzz.run(good, good.length, 3000, s -> OnnxReader.graph("x.onnx", s));
    }
  }

  @Test
  void damagedTensors() throws IOException {
    try (ConformanceFiles files = ConformanceFiles.open(CASES)) {
      Path set = files.dataSets("test_slice_neg_steps").getFirst();
      byte[] good = java.nio.file.Files.readAllBytes(set.resolve("input_1.pb"));
      Fuzz.run(good, good.length, 3000, s -> OnnxReader.tensor("x.pb", s));
    }
  }
}
