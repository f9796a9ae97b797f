package dev.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that take pictures, with tiny models. */
class PictureCommandsTest {
  private static final Path CAT = Cli.ROOT.resolve("examples/chelsea.png");
  private static final Path LEFT = Cli.ROOT.resolve("examples/motorcycle_left.png");
  private static final Path TINY = Cli.TINY;

  @TempDir Path folder;

  /** What the last call printed. */
  private String out;

  private String err;

  private int run(Object... args) {
    Cli call = Cli.run(args);
    out = call.out();
    err = call.err();
    return call.code();
  }

  @Test
  void pca() {
    Path picture = folder.resolve("x.png");
    int code = run("pca", CAT, "-m", TINY.resolve("dinov2"), "-g", "60x70", "-o", picture, "-r", 2);
    assertThat(err).contains("60×70 is no multiple of 14; using 56×70");
    assertThat(code).isZero();
    assertThat(out)
        .startsWith("model   dinov2 (f32, ")
        .contains("chelsea.png 300×451 → 56×70 → 4×5 patches")
        .contains("Repeat 2 times, avg time ")
        .containsPattern("load \\d+ ms   decode \\d+ ms   preprocess \\d+ ms   model \\d+ ms")
        .endsWith("wrote " + picture + System.lineSeparator());
    Image image = ImageReader.read(picture);
    assertThat(image.height()).isEqualTo(300);
    assertThat(image.width()).isEqualTo(2 * 451 + 8);
  }

  @Test
  void pcaOfSeveral() throws IOException {
    Path sheet = folder.resolve("sheet.png");
    Object[] command = {
      "pca",
      CAT,
      "-i",
      LEFT,
      "-m",
      TINY.resolve("dinov2"),
      "-g",
      "56x56",
      "-o",
      sheet,
      "--foreground",
      "--json",
      "-"
    };
    assertThat(run(command)).as(err).isZero();
    JsonNode json = new ObjectMapper().readTree(out);
    assertThat(json.at("/images/1/patches/0").asInt()).isEqualTo(4);
    assertThat(json.at("/sheet").asText()).isEqualTo(sheet.toString());
    assertThat(json.at("/milliseconds/model").asDouble()).isPositive();
    assertThat(ImageReader.read(folder.resolve("motorcycle_left.pca.png")).height()).isEqualTo(500);
    byte[] first = Files.readAllBytes(sheet);
    run(command);
    assertThat(Files.readAllBytes(sheet)).isEqualTo(first);
  }

  @Test
  void segment() throws IOException {
    Path palette = folder.resolve("palette.txt");
    Files.writeString(palette, "#ff0000 red things\n#00ff00 green things\n");
    int code =
        run(
            "segment",
            CAT,
            LEFT,
            "-m",
            TINY.resolve("segformer"),
            "-g",
            "64x96",
            "-o",
            folder,
            "--palette",
            palette);
    assertThat(code).as(err).isZero();
    assertThat(out).contains(" %  ").contains("wrote " + folder.resolve("segment.png"));
    assertThat(ImageReader.read(folder.resolve("chelsea.classes.png")).width()).isEqualTo(451);
    assertThat(ImageReader.read(folder.resolve("chelsea.segment.png")).width()).isGreaterThan(500);
  }

  @Test
  void classify() throws IOException {
    Path labels = folder.resolve("labels.txt");
    Files.writeString(labels, "ant\nbee\ncat\ndog\nelk\nfox\ngnu\nhen\nibex\njay\n");
    int code =
        run(
            "classify",
            CAT,
            "-m",
            TINY.resolve("swin"),
            "--top",
            2,
            "--labels",
            labels,
            "-o",
            folder.resolve("sheet.png"),
            "--json",
            "-");
    assertThat(code).as(err).isZero();
    assertThat(ImageReader.read(folder.resolve("sheet.png")).height()).isEqualTo(12 + 292);
    JsonNode classes = new ObjectMapper().readTree(out).at("/images/0/classes");
    assertThat(classes.size()).isEqualTo(2);
    assertThat(classes.at("/0/probability").asDouble())
        .isGreaterThanOrEqualTo(classes.at("/1/probability").asDouble());
  }

  @Test
  void badInput() throws IOException {
    Path rubbish =
        Files.writeString(folder.resolve("x.png"), "\u0089PNG rubbish, as far as one can see");
    Path model = TINY.resolve("dinov2");
    Object[][] commands = {
      {"pca"},
      {"pca", rubbish, "-m", model},
      {"pca", folder.resolve("none.jpg"), "-m", model},
      {"pca", CAT, "-m", folder.resolve("none.onnx")},
      {"pca", CAT, "-m", model, "-g", "0x0"},
      {"pca", CAT, "-m", model, "--blend", "2"},
      {"pca", CAT, "-m", model, "--max-pixels", "1000"},
      {"pca", CAT, "-m", model, "-r", "0"},
      {"pca", CAT, "-m", model, "-o", folder.resolve("x.txt")},
      {"pca", CAT, "-m", TINY.resolve("swin")},
      {"segment", CAT, "-m", TINY.resolve("swin")},
      {"segment", CAT, "-m", TINY.resolve("segformer"), "--palette", "pastel"},
      {"classify", CAT, "-m", TINY.resolve("segformer")},
      {"classify", CAT, "-m", TINY.resolve("swin"), "--top", "0"},
    };
    for (Object[] command : commands) {
      String name = Stream.of(command).map(String::valueOf).toList().toString();
      assertThat(run(command)).as(name).isEqualTo(2);
      assertThat(err.lines().filter(l -> l.contains("error")).toList())
          .as(name)
          .singleElement()
          .asString()
          .startsWith("vitrine: error: ");
    }
  }
}
