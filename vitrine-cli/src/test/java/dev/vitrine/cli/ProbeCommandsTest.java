package dev.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.features.probe.LinearHead;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import dev.vitrine.vision.image.ImageWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classifiers on features, and how well models do, with tiny models. */
class ProbeCommandsTest {
  private static final Path DINO = Cli.TINY.resolve("dinov2");
  private static final Path CAT = Cli.ROOT.resolve("examples/chelsea.png");

  @TempDir Path folder;

  private JsonNode json(Object... args) throws IOException {
    Object[] all = Stream.concat(Stream.of(args), Stream.of("--json", "-")).toArray();
    Cli call = Cli.run(all);
    assertThat(call.code()).as(call.err()).isZero();
    return new ObjectMapper().readTree(call.out());
  }

  /** Noise, dark or light. */
  private Path shades() throws IOException {
    SplittableRandom random = new SplittableRandom(9);
    StringBuilder table = new StringBuilder();
    for (int n = 0; n < 48; n++) {
      boolean dark = n / 2 % 2 == 0;
      for (int i = 0; i < 64; i++) {
        table.append(dark ? random.nextInt(0, 8) : random.nextInt(9, 17)).append(',');
      }
      table.append(dark ? "dark" : "light").append('\n');
    }
    return Files.writeString(folder.resolve("shades.csv"), table);
  }

  @Test
  void aClassifierIsTrainedTestedAndPutBehindTheModel() throws IOException {
    Path data = shades();
    Path head = folder.resolve("head.safetensors");
    JsonNode trained =
        json(
            "probe",
            "train",
            data,
            "-m",
            DINO,
            "-g",
            "56x56",
            "--resample",
            "bilinear",
            "--rows",
            "0::2",
            "--output",
            "cls-mean",
            "--c",
            "1,100",
            "-o",
            head);
    assertThat(trained.at("/examples").asInt()).isEqualTo(24);
    assertThat(trained.at("/trials").size()).isEqualTo(2);
    LinearHead linear = LinearHead.read(head);
    assertThat(linear.classes()).containsExactly("dark", "light");
    assertThat(linear.pooling()).isEqualTo("cls-mean");

    Path confusion = folder.resolve("confusion.png");
    JsonNode tested =
        json("probe", "test", head, data, "-m", DINO, "--rows", "1::2", "--confusion", confusion);
    assertThat(tested.at("/examples").asInt()).isEqualTo(24);
    assertThat(tested.at("/top1").asDouble()).isGreaterThanOrEqualTo(0.9);
    assertThat(tested.at("/top5").asDouble()).isEqualTo(1);
    assertThat(ImageReader.read(confusion).width()).isGreaterThan(100);

    Path plain = folder.resolve("plain.onnx");
    Path whole = folder.resolve("whole.onnx");
    assertThat(Cli.run("convert", DINO, plain, "-g", "56x56").code()).isZero();
    Cli edit = Cli.run("edit", plain, whole, "--append-head", head);
    assertThat(edit.code()).as(edit.err()).isZero();
    assertThat(edit.out()).contains("output  logits: f32[").contains(", 2]");
    JsonNode again = json("eval", "classify", data, "-m", whole, "--rows", "1::2");
    assertThat(again.at("/top1").asDouble()).isEqualTo(tested.at("/top1").asDouble());

    JsonNode classified = json("classify", CAT, "-m", whole);
    assertThat(classified.at("/images/0/classes").findValuesAsText("name"))
        .containsExactlyInAnyOrder("dark", "light");
  }

  @Test
  void nearestNeighbours() throws IOException {
    Path data = shades();
    Object[] command = {
      "probe",
      "knn",
      data,
      data,
      "-m",
      DINO,
      "-g",
      "56x56",
      "--known-rows",
      "0::2",
      "--rows",
      "1::2",
      "-k",
      5
    };
    JsonNode weighted = json(command);
    assertThat(weighted.at("/examples").asInt()).isEqualTo(24);
    assertThat(weighted.at("/top1").asDouble()).isGreaterThan(0.6);
  }

  @Test
  void featuresInFiles() throws IOException {
    float[] values = new float[40];
    StringBuilder names = new StringBuilder();
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      values[2 * i] = i % 2;
      values[2 * i + 1] = i % 7;
      names.append(i % 2 == 0 ? "even/" : "odd/").append(i).append(".png\n");
      labels.append(i % 2 == 0 ? "0\n" : "10\n");
    }
    Path file = folder.resolve("features.npy");
    Npy.write(file, Tensor.f32(Shape.of(20, 2), values));
    Files.writeString(folder.resolve("features.txt"), names);
    Path given = Files.writeString(folder.resolve("labels.txt"), labels);
    Path head = folder.resolve("head.safetensors");
    json("probe", "train", file, "--c", "100", "-o", head);
    assertThat(LinearHead.read(head).classes()).containsExactly("even", "odd");
    assertThat(json("probe", "test", head, file).at("/top1").asDouble()).isEqualTo(1);
    json("probe", "train", file, "--labels", given, "--c", "100", "--standardise", "-o", head);
    assertThat(LinearHead.read(head).classes()).containsExactly("0", "10");
    Cli other = Cli.run("probe", "test", head, file);
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("the class 'even' was not learnt");

    values[5] = Float.NaN;
    Npy.write(file, Tensor.f32(Shape.of(20, 2), values));
    Cli nan = Cli.run("probe", "train", file, "-o", head);
    assertThat(nan.code()).isEqualTo(2);
    assertThat(nan.err()).contains("even/2.png hold NaN");
  }

  @Test
  void unreadablePicturesAreLeftOut() throws IOException {
    for (String c : new String[] {"a", "b"}) {
      Files.createDirectories(folder.resolve("set/" + c));
      for (int i = 0; i < 3; i++) {
        int colour = c.equals("a") ? 0xff0000 + i : 0x0000ff;
        ImageWriter.write(
            Image.filled(9, 9, colour), folder.resolve("set/" + c + "/" + i + ".png"));
      }
    }
    Files.writeString(folder.resolve("set/a/bad.png"), "no picture");
    Cli call =
        Cli.run(
            "probe",
            "train",
            folder.resolve("set"),
            "-m",
            DINO,
            "-g",
            "28x28",
            "--c",
            "1",
            "-o",
            folder.resolve("head.safetensors"));
    assertThat(call.code()).isEqualTo(1);
    assertThat(call.err()).contains("skipped ").contains("bad.png");
    assertThat(LinearHead.read(folder.resolve("head.safetensors")).classes()).hasSize(2);
  }

  @Test
  void segmentersAreMeasured() throws IOException {
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    Path labels = Files.createDirectories(folder.resolve("labels"));
    Path model = Cli.TINY.resolve("segformer");
    ImageWriter.write(ImageReader.read(CAT), pictures.resolve("cat.png"));
    // The model's own classes as labels are all right; one class taken away costs its share.
    assertThat(
            Cli.run("segment", CAT, "-m", model, "-g", "64x96", "-o", folder.resolve("x.png"))
                .code())
        .isZero();
    Files.move(folder.resolve("x.classes.png"), labels.resolve("cat.png"));
    Path confusion = folder.resolve("confusion.png");
    JsonNode all =
        json(
            "eval",
            "segment",
            pictures,
            labels,
            "-m",
            model,
            "-g",
            "64x96",
            "--confusion",
            confusion);
    assertThat(all.at("/miou").asDouble()).isEqualTo(1);
    assertThat(all.at("/pixel_accuracy").asDouble()).isEqualTo(1);
    assertThat(ImageReader.read(confusion).height()).isGreaterThan(50);
    JsonNode windows =
        json("eval", "segment", pictures, labels, "-m", model, "-g", "64x96", "--stride", "48x48");
    assertThat(windows.at("/miou").asDouble()).isBetween(0.0, 0.999);
  }

  @Test
  void picturesAreMatched() throws IOException {
    Path left = Cli.ROOT.resolve("examples/motorcycle_left.png");
    Path right = Cli.ROOT.resolve("examples/motorcycle_right.png");
    Path truth = folder.resolve("disparity.npy");
    float[] disparity = new float[500 * 741];
    java.util.Arrays.fill(disparity, 30);
    Npy.write(truth, Tensor.f32(Shape.of(500, 741), disparity));
    Path drawn = folder.resolve("match.png");
    JsonNode found =
        json(
            "match",
            left,
            right,
            "-m",
            DINO,
            "-g",
            "70x98",
            "-o",
            drawn,
            "--refine",
            "--disparity",
            truth);
    assertThat(found.at("/pairs").asInt()).isBetween(1, 35);
    assertThat(found.at("/correspondences").size()).isEqualTo(found.at("/pairs").asInt());
    assertThat(found.at("/disparity/known").asInt()).isEqualTo(found.at("/pairs").asInt());
    assertThat(ImageReader.read(drawn).width()).isEqualTo(2 * 741 + 12);
    JsonNode same = json("match", left, left, "-m", DINO, "-g", "70x98", "-o", drawn);
    for (JsonNode c : same.at("/correspondences")) {
      assertThat(c.get(0).asDouble()).isEqualTo(c.get(2).asDouble());
      assertThat(c.get(4).asDouble()).isGreaterThan(0.999);
    }
  }
}
