package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.compiler.check.Difference;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that ONNX Runtime's and NNCF's tools quantized, against what ONNX Runtime gives. */
class QuantizedImportTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("vitrine.root"), "testdata", "quantized");

  /** Where a number lies between two codes either is right, which a few later ones feel. */
  private static final double TOLERANCE = 4e-3;

  /** How many of the seven products with constants are on bytes; the rest is on rounded floats. */
  @ParameterizedTest
  @CsvSource({
    "u8s8, INT8, 7",
    "u8s8_channels, INT8, 7",
    "s8s8, INT8, 7",
    "s8s8_channels, INT8, 7",
    "products, INT8, 7",
    "operators, INT8, 7",
    "dynamic, INT8, 7",
    "nncf, INT8, 5",
    "nncf_transformer, INT8, 7",
    "u8u8, AUTO, 0",
    "u16s8, AUTO, 0",
    "s16s8, AUTO, 0",
    "dynamic_u8, AUTO, 0",
  })
  void asOnnxRuntime(String name, Precision precision, int products) {
    Map<String, Tensor> in = Map.of("input", Npy.read(FOLDER.resolve("input.npy")));
    for (Tier tier : new Tier[] {Tier.PORTABLE, Tier.AUTO}) {
      Options options = Options.defaults().precision(precision).tier(tier).threads(2);
      try (Model model = Model.open(FOLDER.resolve(name + ".onnx"));
          Session session = model.session(Map.of(), options)) {
        List<Step> steps = session.program().steps().stream().map(t -> t.step()).toList();
        assertThat(steps).as(name).noneMatch(s -> s instanceof Step.Reference);
        assertThat(steps.stream().filter(QuantizedImportTest::onBytes)).as(name).hasSize(products);
        session
            .run(in)
            .forEach(
                (output, actual) -> {
                  Tensor expected = Npy.read(FOLDER.resolve(name + "." + output + ".npy"));
                  Difference d = Difference.of(output, actual, expected);
                  assertThat(d.relativeL2()).as("%s %s: %s", name, tier, d).isLessThan(TOLERANCE);
                });
      }
    }
  }

  private static boolean onBytes(Step step) {
    return step instanceof Step.QuantizedProduct
        || (step instanceof Step.Coded c && c.producer() instanceof Step.QuantizedProduct);
  }
}
