package dev.vitrine.cli;

import static dev.vitrine.cli.Cli.TINY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that take models and arrays. */
final class ModelCommandsTest {
  private static final Path DINO = TINY.resolve("dinov2");
  private static final Path DINO_ONNX = DINO.resolve("model.1x3x56x56.op17.onnx");
  private static final Path SEGFORMER = TINY.resolve("segformer/model.1x3x64x96.op11.onnx");

  @TempDir Path folder;

  private static void done(Cli call) {
    assertThat(call.code()).as(call.err()).isZero();
    assertThat(call.err()).isEmpty();
  }

  @Test
  void runWritesTheOutputsThatWereAskedFor() {
    Path input = DINO.resolve("input.1x3x56x56.npy");
    done(
        Cli.run(
            "run",
            DINO,
            "-i",
            "input=" + input,
            "--output-dir",
            folder,
            "--outputs",
            "hidden.0,patch"));
    Tensor expected = Npy.read(DINO.resolve("patch.1x3x56x56.npy"));
    Tensor patch = Npy.read(folder.resolve("patch.npy"));
    assertThat(patch.toFloats()).hasSameSizeAs(expected.toFloats());
    for (int i = 0; i < expected.count(); i++) {
      assertThat(patch.real(i))
          .isCloseTo(expected.real(i), org.assertj.core.data.Offset.offset(2e-4));
    }
    assertThat(folder.resolve("hidden.0.npy")).exists();
    assertThat(folder.resolve("cls.npy")).doesNotExist();
  }

  @Test
  void convertedModelsRunAsTheyDid() {
    Path packed = folder.resolve("tiny.vitrine");
    done(Cli.run("convert", DINO, packed, "-g", "56x56,70x98"));
    Path input = DINO.resolve("input.1x3x56x56.npy");
    done(Cli.run("run", DINO, "-i", input, "--output-dir", folder.resolve("own")));
    done(Cli.run("run", packed, "-i", input, "--output-dir", folder.resolve("packed")));
    for (String output : new String[] {"cls.npy", "patch.npy"}) {
      Tensor own = Npy.read(folder.resolve("own").resolve(output));
      assertThat(Npy.read(folder.resolve("packed").resolve(output)).sameAs(own)).isTrue();
    }
    Cli inspect = Cli.run("inspect", packed, "-g", "70x98");
    done(inspect);
    assertThat(inspect.out()).contains("input [1, 3, 56, 56]").contains("input [1, 3, 70, 98]");
    done(Cli.run("inspect", packed, "-g", "56x56", "--stage", "planned"));
    Path cat = Cli.ROOT.resolve("examples/chelsea.png");
    done(Cli.run("pca", cat, "-m", packed, "-g", "70x98", "-o", folder.resolve("cat.png")));
    assertThat(folder.resolve("cat.png")).exists();
    Cli other = Cli.run("pca", cat, "-m", packed, "-g", "84x84", "-o", folder.resolve("no.png"));
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("tiny.vitrine: is packed for").hasLineCount(1);
    assertThat(folder.resolve("no.png")).doesNotExist();
    Cli graph = Cli.run("inspect", packed, "-g", "56x56", "--stage", "fused");
    assertThat(graph.err()).contains("holds programs, no graph; name the model").hasLineCount(1);
  }

  @Test
  void everyCommandIsCalledAsItsClassIs() {
    for (Class<?> c : Main.COMMANDS) {
      String name = c.getAnnotation(picocli.CommandLine.Command.class).name();
      assertThat(Main.nameOf(c)).isEqualTo(name);
    }
  }

  @Test
  void runTakesPicturesAndRandomValues() {
    Path cat = Cli.ROOT.resolve("examples/chelsea.png");
    done(Cli.run("run", DINO, "-i", cat, "-g", "56x70", "--output-dir", folder));
    assertThat(Npy.read(folder.resolve("patch.npy")).size(1)).isEqualTo(20);
    done(Cli.run("run", SEGFORMER, "--random", 1, "--output-dir", folder));
    Tensor first = Npy.read(folder.resolve("logits.npy"));
    done(Cli.run("run", SEGFORMER, "--random", 1, "--threads", 1, "--output-dir", folder));
    assertThat(Npy.read(folder.resolve("logits.npy")).sameAs(first)).isTrue();
  }

  @Test
  void simplifyPrintsTheTableAndKeepsTheResult() {
    Path out = folder.resolve("s.onnx");
    Cli call = Cli.run("simplify", DINO_ONNX, out);
    done(call);
    assertThat(call.out())
        .contains(
            "Original Model", "Simplified Model", "Model Size", "same outputs on 3 random inputs");
    Cli compared =
        Cli.run("compare", out, "--against", DINO_ONNX, "--layers", "--min-cosine", "0.9999999");
    done(compared);
    assertThat(compared.out())
        .contains("inner values have the same name and agree", "the outputs agree");
  }

  @Test
  void simplifyCanFuseAndSaysSo() {
    Path out = folder.resolve("s.onnx");
    Cli call =
        Cli.run("simplify", DINO.resolve("model.1x3x56x56.op13.onnx"), out, "--fuse", "--explain");
    done(call);
    assertThat(call.out())
        .contains("opset 13 → 20")
        .contains("LayerNormalization")
        .contains("applied");
  }

  @Test
  void compareSaysWhatDiffers() {
    Path out = folder.resolve("e.onnx");
    done(Cli.run("edit", SEGFORMER, out, "--append", "softmax:axis=1"));
    Cli call = Cli.run("compare", out, "--against", SEGFORMER);
    assertThat(call.code()).isEqualTo(1);
    assertThat(call.out()).contains("the outputs differ: logits");
  }

  @Test
  void editAppendsArgMax() {
    Path out = folder.resolve("e.onnx");
    done(
        Cli.run(
            "edit",
            SEGFORMER,
            out,
            "--append",
            "argmax:axis=1,keepdims=1,name=classes",
            "--rename",
            "input=pixels"));
    done(Cli.run("run", out, "--random", 1, "--output-dir", folder));
    assertThat(Npy.read(folder.resolve("classes.npy")).shape().compact()).isEqualTo("1x1x16x24");
  }

  @Test
  void convertWritesEveryFormat() {
    Path onnx = folder.resolve("d.onnx");
    done(Cli.run("convert", DINO, onnx, "-g", "70x56", "--opset", 17));
    done(
        Cli.run(
            "compare",
            onnx,
            "--against",
            DINO,
            "--random",
            2,
            "-g",
            "70x56",
            "--min-cosine",
            "0.999999"));
    Path half = folder.resolve("half");
    done(Cli.run("convert", DINO.resolve("model.pth"), half, "--dtype", "f16", "--naming", "hub"));
    assertThat(half.resolve("config.json")).exists();
    done(Cli.run("compare", half, "--against", DINO, "-g", "56x56", "--min-cosine", "0.9999"));
  }

  @Test
  void inspectPrintsEveryStage() {
    Cli summary = Cli.run("inspect", DINO);
    done(summary);
    assertThat(summary.out()).contains("dinov2", "parameters", "GFLOP", "fused");
    for (String stage : new String[] {"imported", "simplified", "fused"}) {
      Cli call = Cli.run("inspect", DINO_ONNX, "--stage", stage);
      done(call);
      assertThat(call.out()).startsWith("graph (input: f32[1, 3, 56, 56]) -> (");
    }
    assertThat(Cli.run("inspect", DINO_ONNX, "--stage", "planned").out())
        .startsWith("program ")
        .contains("arena+0x");
  }

  @Test
  void modelsListsTheCatalogue() {
    Cli call = Cli.run("models");
    done(call);
    assertThat(call.out()).contains("dinov2_vits14", "facebook/dinov2-base", "Apache-2.0");
  }

  @Test
  void nothingIsLeftOfAFailedWrite() throws Exception {
    Path out = folder.resolve("missing/s.onnx");
    Cli call = Cli.run("simplify", DINO_ONNX, out);
    assertThat(call.code()).isEqualTo(2);
    assertThat(call.err()).contains("s.onnx").hasLineCount(1);
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }
}
