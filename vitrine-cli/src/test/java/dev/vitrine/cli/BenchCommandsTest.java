package dev.vitrine.cli;

import static dev.vitrine.cli.Cli.TINY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Processor;
import dev.vitrine.graph.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that time. What the times are is not tested, only that they fit together. */
final class BenchCommandsTest {
  private static final Path DINO = TINY.resolve("dinov2");

  @TempDir Path folder;

  private static String done(Object... args) {
    Cli call = Cli.run(args);
    assertThat(call.code()).as(call.err()).isZero();
    assertThat(call.err()).isEmpty();
    return call.out();
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "portable", "avx2"})
  void benchWritesTheJsonAlone(String tier) throws Exception {
    String text =
        done(
            "bench",
            DINO,
            "-g",
            "56x70",
            "-r",
            7,
            "-w",
            1,
            "--threads",
            2,
            "--tier",
            tier,
            "--profile",
            "--json",
            "-");
    JsonNode json = new ObjectMapper().readTree(text);
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "model",
            "input",
            "tier",
            "precision",
            "threads",
            "isa",
            "runs",
            "latency_ms",
            "load_ms",
            "gflop",
            "gflops",
            "peak_gflops",
            "peak_fraction",
            "peak_rss_mb");
    JsonNode latency = json.get("latency_ms");
    List<String> ordered = List.of("min", "median", "p90", "p99", "max");
    assertThat(latency.fieldNames())
        .toIterable()
        .containsExactly("min", "median", "mean", "p90", "p99", "max");
    assertThat(ordered.stream().map(n -> latency.get(n).doubleValue()).toList())
        .isSorted()
        .first()
        .matches(x -> x > 0);
    assertThat(latency.get("mean").doubleValue())
        .isBetween(latency.get("min").doubleValue(), latency.get("max").doubleValue());
    assertThat(json.get("input").textValue()).isEqualTo("input: f32[1, 3, 56, 70]");
    assertThat(json.get("runs").intValue()).isEqualTo(7);
    assertThat(json.get("threads").intValue()).isEqualTo(2);
    double rate = json.get("gflops").doubleValue();
    assertThat(rate * latency.get("median").doubleValue() / 1e3)
        .isCloseTo(
            json.get("gflop").doubleValue(), org.assertj.core.data.Percentage.withPercentage(0.01));
    if (json.get("tier").textValue().equals("portable")) {
      assertThat(json.get("peak_gflops").isNull()).isTrue();
      assertThat(json.get("peak_fraction").isNull()).isTrue();
    } else {
      assertThat(json.get("peak_fraction").doubleValue() * json.get("peak_gflops").doubleValue())
          .isCloseTo(rate, org.assertj.core.data.Percentage.withPercentage(0.01));
    }
  }

  @Test
  void profileListsEveryStep() {
    String text = done("bench", DINO, "-g", "56x56", "-r", 2, "-w", 0, "--profile");
    List<String> kernels;
    try (Model model = Model.open(DINO);
        var session = model.session(Shape.of(1, 3, 56, 56), Options.defaults())) {
      kernels = session.kernels();
    }
    List<List<String>> rows =
        text.lines()
            .filter(l -> l.startsWith("│"))
            .map(l -> List.of(l.split("│")).stream().map(String::strip).toList())
            .toList();
    assertThat(rows).hasSize(kernels.size() + (int) kernels.stream().distinct().count());
    for (int i = 0; i < kernels.size(); i++) {
      assertThat(rows.get(i).get(1)).isEqualTo(i + "  " + kernels.get(i));
    }
    assertThat(text).containsPattern("the steps explain \\d+\\.\\d % of the time");
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "2, 3, 0", "2, 2, 4"})
  void throughputOfInstances(int instances, int batch, int queue) throws Exception {
    Object[] args = {
      "bench",
      DINO,
      "-g",
      "56x70",
      "-r",
      9,
      "-w",
      1,
      "--threads",
      2,
      "--throughput",
      "-i",
      instances,
      "-b",
      batch,
      "-q",
      queue,
      "--json",
      folder.resolve("t.json")
    };
    assertThat(done(args).lines().map(l -> l.replaceAll("[\\d.]+$", "N")))
        .startsWith(
            "model input shape: input: f32[" + batch + ", 3, 56, 70]",
            "- number of instances: N",
            "  devices: [cpu], " + Options.defaults().tierHere() + ", threads each: N",
            "  queue size: N",
            "  batch size: N",
            "  throughput (qps): N",
            "  e2e latency (us):",
            "    avg latency: N",
            "    min latency: N")
        .containsOnlyOnce("  model latency (us):")
        .hasSize(22);
    JsonNode json = new ObjectMapper().readTree(folder.resolve("t.json").toFile());
    assertThat(json.get("instances").intValue()).isEqualTo(instances);
    assertThat(json.get("threads").intValue()).isEqualTo(2 / instances);
    assertThat(json.get("batch_size").intValue()).isEqualTo(batch);
    assertThat(json.get("queue_size").intValue()).isEqualTo(queue);
    assertThat(json.get("runs").intValue()).isEqualTo(9);
    assertThat(json.get("throughput_qps").doubleValue()).isPositive();
    for (String what : List.of("e2e_latency_us", "model_latency_us")) {
      JsonNode l = json.get(what);
      assertThat(l.fieldNames())
          .toIterable()
          .containsExactly("avg", "min", "max", "p50", "p90", "p95", "p99");
      assertThat(List.of("min", "p50", "p90", "p95", "p99", "max"))
          .extracting(n -> l.get(n).longValue())
          .isSorted()
          .first()
          .matches(x -> x > 0);
    }
    assertThat(json.get("e2e_latency_us").get("min").longValue())
        .isGreaterThanOrEqualTo(json.get("model_latency_us").get("min").longValue());
  }

  @Test
  void explainsWhatWasNearlyFused() {
    String text =
        done("bench", DINO, "-g", "56x56", "-r", 1, "-w", 0, "--tier", "portable", "--explain");
    assertThat(text)
        .containsPattern("fuse-attention +applied \\d+ times")
        .containsPattern("step \\d+ runs without machine code, as product_portable.*: node '");
  }

  @Test
  void dumpsMachineCode() throws Exception {
    Path dir = folder.resolve("code");
    done("bench", DINO, "-g", "56x56", "-r", 1, "-w", 0, "--dump-code", dir);
    List<String> recipes =
        Files.readAllLines(dir.resolve("README")).stream()
            .filter(l -> l.startsWith("objdump "))
            .toList();
    try (var files = Files.list(dir)) {
      List<Path> codes = files.filter(p -> p.toString().endsWith(".bin")).toList();
      assertThat(codes).hasSameSizeAs(recipes).allSatisfy(p -> assertThat(p).isNotEmptyFile());
      assertThat(codes.isEmpty()).isEqualTo(Options.defaults().tierHere().equals("portable"));
    }
    assertThat(recipes)
        .allSatisfy(l -> assertThat(dir.resolve(l.substring(l.lastIndexOf(' ') + 1))).exists());
  }

  @Test
  void benchKernelMarksTheOneInUse() throws Exception {
    String text = done("bench-kernel", "gemm", "50,32,70", "-r", 2, "-w", 1);
    assertThat(text.lines().filter(l -> l.contains("<--"))).hasSize(1);
    assertThat(text).contains("[50×32]·[32×70]").contains("product_portable");
    JsonNode kernels =
        new ObjectMapper()
            .readTree(done("bench-kernel", "gemm", "5,6,7", "-r", 1, "--json", "-"))
            .get("kernels");
    // Instructions for bytes make no difference to floats.
    assertThat(kernels)
        .hasSize(
            (int)
                Processor.host().tiers().stream().filter(t -> !t.matches(".*(vnni|amx)")).count());
    assertThat(kernels).allSatisfy(k -> assertThat(k.get("gflops").doubleValue()).isPositive());
  }

  @Test
  void benchKernelOnBytes() throws Exception {
    String text = done("bench-kernel", "gemm", "50,32,70", "-r", 1, "--precision", "int8");
    assertThat(text).contains("product_portable_w8a8", "product_portable_w7a7");
    assertThat(text.lines().filter(l -> l.contains("<--"))).hasSize(2);
  }

  @Test
  void inspectSaysWhatTheMachineHas() throws Exception {
    assertThat(done("inspect", "--machine"))
        .contains("processor", "features", "portable")
        .containsOnlyOnce("<--");
    JsonNode json = new ObjectMapper().readTree(done("inspect", "--machine", "--json", "-"));
    assertThat(json.get("peak_gflops").size()).isEqualTo(json.get("tiers").size() - 1);
    assertThat(json.get("tiers").toString()).contains(json.get("choice").textValue());
  }
}
