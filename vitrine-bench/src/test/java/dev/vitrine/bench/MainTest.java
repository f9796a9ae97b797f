package dev.vitrine.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.engine.Processor;
import dev.vitrine.engine.Workload;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private static final Path TINY =
      Path.of(System.getProperty("vitrine.root"), "testdata", "tiny", "dinov2");

  private static final String PICTURES =
      Path.of(System.getProperty("vitrine.root"), "examples").toString();

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Object... args) {
    String[] words = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      words[i] = args[i].toString();
    }
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
  }

  @Test
  void comparesWithOnnxRuntime() throws Exception {
    Path model = TINY.resolve("model.2x3x70x98.op20.onnx");
    int code = run("compare", model, "--rounds", 2, "--runs", 1, "--threads", 1, "--json", "-");
    assertThat(code).as(err.toString()).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("ratio").doubleValue()).isPositive();
    assertThat(json.get("max_abs")).isNotEmpty();
    assertThat(json.get("max_abs")).allMatch(d -> d.doubleValue() < 1e-3);
    assertThat(json.fieldNames())
        .toIterable()
        .anyMatch(n -> n.startsWith("ONNX Runtime 1."))
        .anyMatch(n -> n.startsWith("Vitrine"));
  }

  @Test
  void embeddingBesideTheModelAlone() throws Exception {
    int code =
        run(
            "embed",
            PICTURES,
            "-m",
            TINY,
            "-g",
            "56x56",
            "--rounds",
            2,
            "--threads",
            2,
            "--json",
            "-");
    assertThat(code).as(err.toString()).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("pictures").intValue()).isGreaterThan(1);
    assertThat(json.get("embed_per_second").doubleValue()).isPositive();
    assertThat(json.get("model_per_second").doubleValue()).isPositive();
    assertThat(json.get("share").doubleValue()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "compare none.onnx",
        "compare MODEL --rounds 0",
        "compare MODEL --threads 0",
        "compare MODEL --tier fast",
        "compare MODEL -g big",
        "embed none.jpg",
        "embed none -m MODEL -g 56x56",
        "embed PICTURES -m none.onnx",
        "embed PICTURES -m MODEL --rounds 0",
        "kernels conv",
        "kernels gemm --seconds 0",
        "nothing"
      })
  void badUsageIsOneLine(String line) {
    String model = TINY.resolve("model.2x3x70x98.op20.onnx").toString();
    int code =
        run((Object[]) line.replace("MODEL", model).replace("PICTURES", PICTURES).split(" "));
    assertThat(code).isEqualTo(2);
    assertThat(err.toString().lines().findFirst().orElseThrow()).isNotBlank();
    assertThat(err.toString()).doesNotContain("\tat ");
  }

  @Test
  void ratiosAreOfTheSameRound() {
    Rounds r =
        new Rounds(
            java.util.List.of(
                java.util.List.of(new double[] {1, 2, 9}, new double[] {4, 4, 4}),
                java.util.List.of(new double[] {1, 1, 1}, new double[] {6, 6, 2})));
    assertThat(r.ratios(1, 0)).containsExactly(0.5, 1.5);
    assertThat(r.median(0)).isEqualTo(4);
    assertThat(r.min(1)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void everyKindOfWorkIsTimedOnEveryTier(Workload work) {
    for (String tier : Processor.host().tiers()) {
      KernelTimes times = new KernelTimes();
      times.work = work.text() + " " + "8,".repeat(work.sizes().split(",").length - 1) + "8";
      times.tier = tier;
      times.bind();
      times.step();
      times.close();
    }
  }
}
