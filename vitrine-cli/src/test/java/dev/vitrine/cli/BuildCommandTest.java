package dev.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildCommandTest {
  private static final Path MODEL = Cli.TINY.resolve("dinov2/model.1x3x56x56.op17.onnx");

  @TempDir Path folder;

  private Path config() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    for (String name : new String[] {"chelsea.png", "flower.jpg"}) {
      Files.copy(Cli.ROOT.resolve("examples").resolve(name), data.resolve(name));
    }
    return Files.writeString(
        folder.resolve("c.yaml"),
        """
        npu_mode: NPU3
        quant:
          input_configs:
            - {tensor_name: DEFAULT, calibration_dataset: data, calibration_mean: [123.675, 116.28, 103.53],
               calibration_std: [58.395, 57.12, 57.375]}
        input_processors:
          - {tensor_name: DEFAULT, tensor_format: RGB, src_format: BGR, src_dtype: U8, src_layout: NHWC}
        """);
  }

  @Test
  void whatIsBuiltRuns() throws IOException {
    Path out = folder.resolve("out");
    Path json = folder.resolve("result.json");
    Cli build =
        Cli.run(
            "build",
            "--config",
            config(),
            "--input",
            MODEL,
            "--output_dir=" + out,
            "--quant.precision_analysis",
            "--compiler.check",
            "2",
            "--precision",
            "w8a8",
            "--report",
            "false",
            "--json",
            json);
    assertThat(build.code()).as(build.err()).isZero();
    assertThat(build.out().lines().toList())
        .contains("ignored on a CPU: npu_mode")
        .endsWith("fuse 1 subgraph(s)");
    assertThat(build.out()).contains("Quant Precision Table【PerLayer Reference】", "all equal");
    assertThat(json).content().contains("\"passed\" : true", "\"mean_cosine\"");
    assertThat(out.resolve("report.html")).doesNotExist();
    Path compiled = out.resolve("compiled.axmodel");
    Path picture = folder.resolve("seen.png");
    Cli pca =
        Cli.run(
            "pca", "--model", compiled, Cli.ROOT.resolve("examples/chelsea.png"), "-o", picture);
    assertThat(pca.code()).as(pca.err()).isZero();
    assertThat(picture).isNotEmptyFile();
    Cli run =
        Cli.run(
            "run",
            compiled,
            "--input",
            Cli.ROOT.resolve("examples/chelsea.png"),
            "--output-dir",
            folder.resolve("run"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(folder.resolve("run/patch.npy")).exists();
  }

  @Test
  void aFailedCheckIsOne() throws IOException {
    Cli build =
        Cli.run(
            "build",
            "--config=" + config(),
            "--input=" + MODEL,
            "--output_dir=" + folder.resolve("out"),
            "--compiler.check=3",
            "--compiler.check_cosine_simularity=1.5",
            "--no-swap");
    assertThat(build.code()).as(build.err()).isEqualTo(1);
    assertThat(build.out()).doesNotContain("pre_swap");
  }

  @Test
  void wrongUsageIsTwoAndOneLine() throws IOException {
    Path config = config();
    for (String[] wrong :
        new String[][] {
          {
            "--quant.calibration_metod",
            "MSE",
            "there is no option '--quant.calibration_metod'; perhaps '--quant.calibration_method'"
          },
          {"--quant.calibration_method", "MES", "--quant.calibration_method is 'MES'"},
          {"--quant.precision_analysis", "perhaps", "it is true or false"},
          {"--input", folder.resolve("gone.onnx").toString(), "gone.onnx: no such file"},
        }) {
      Cli build =
          Cli.run(
              "build",
              "--config",
              config,
              "--output_dir",
              folder.resolve("out"),
              wrong[0],
              wrong[1]);
      assertThat(build.code()).as(wrong[0]).isEqualTo(2);
      assertThat(build.err().lines()).as(wrong[0]).singleElement().asString().contains(wrong[2]);
    }
    Cli none = Cli.run("build", "--config", folder.resolve("none.json"));
    assertThat(none.err()).contains("none.json: there is no such file");
  }
}
