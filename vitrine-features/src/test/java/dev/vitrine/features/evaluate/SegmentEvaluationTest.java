package dev.vitrine.features.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.features.embed.Lanes;
import dev.vitrine.formats.onnx.OnnxWriter;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Tensor;
import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.PictureModel.Fit;
import dev.vitrine.vision.PictureModel.Size;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a model whose three classes are red, green and blue: the strongest colour is the class. */
class SegmentEvaluationTest {
  private static final int LIMIT = 1 << 20;

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void write() throws IOException {
    Graph graph = GraphParser.parse("graph (x: f32[1, 3, height, width]) -> (y)\n y = Mul(x, 2.0)");
    model = folder.resolve("colours.onnx");
    OnnxWriter.write(model, graph, 17);
    Files.createDirectories(folder.resolve("pictures/town"));
    Files.createDirectories(folder.resolve("labels/town"));
  }

  private Confusion run(SegmentEvaluation how, Size size) {
    LabelledScenes scenes =
        LabelledScenes.find(folder.resolve("pictures"), folder.resolve("labels"));
    try (Model m = Model.open(model);
        PictureModel pictures =
            PictureModel.of(m, size, Fit.WHOLE, Options.defaults().threads(1), _ -> {})) {
      return how.run(new Lanes(pictures, 2, LIMIT), scenes, () -> {});
    }
  }

  private static SegmentEvaluation whole(LabelMap map) {
    return new SegmentEvaluation(map, 255, 0, 0);
  }

  private void scene(String name, String label, Image picture, int... labels) {
    ImageWriter.write(picture, folder.resolve("pictures/town/" + name));
    byte[] map = new byte[labels.length];
    for (int i = 0; i < labels.length; i++) {
      map[i] = (byte) labels[i];
    }
    ImageWriter.write(
        Image.grey(picture.height(), picture.width(), map), folder.resolve("labels/town/" + label));
  }

  /** One pixel of each colour and one more red one. */
  private static Image colours() {
    byte f = (byte) 255;
    return Image.rgb(2, 2, new byte[] {f, 0, 0, 0, f, 0, 0, 0, f, f, 0, 0});
  }

  @Test
  void pixelsOfAllPicturesAreCountedTogether() {
    scene("a.png", "a.png", colours(), 0, 1, 2, 2);
    scene("b.png", "b.png", colours(), 0, 255, 2, 0);
    Confusion c = run(whole(null), new Size(2, 2));
    assertThat(c.total()).isEqualTo(7);
    assertThat(c.accuracy()).isEqualTo(6 / 7.0);
    assertThat(c.iou(0)).isEqualTo(3 / 4.0);
    assertThat(c.iou(1)).isEqualTo(1);
    assertThat(c.iou(2)).isEqualTo(2 / 3.0);
  }

  @Test
  void labelIdsOfCityscapes() {
    scene("s_leftImg8bit.png", "s_gtFine_labelIds.png", colours(), 7, 8, 11, 3);
    Confusion c = run(whole(null), new Size(2, 2));
    assertThat(c.total()).isEqualTo(3);
    assertThat(c.meanIou()).isEqualTo(1);
    scene("s_leftImg8bit.png", "s_gtFine_labelTrainIds.png", colours(), 1, 1, 2, 255);
    assertThat(run(whole(null), new Size(2, 2)).accuracy()).isEqualTo(2 / 3.0);
  }

  @Test
  void labelsFromOne() {
    scene("a.png", "a.png", colours(), 1, 2, 3, 0);
    Confusion c = run(whole(LabelMap.FROM_ONE), new Size(2, 2));
    assertThat(c.total()).isEqualTo(3);
    assertThat(c.accuracy()).isEqualTo(1);
    assertThatThrownBy(() -> run(whole(LabelMap.NONE), new Size(2, 2)))
        .hasMessageContaining("has the label 3, but the model has 3 classes");
  }

  @Test
  void windowsSeeThePictureAtItsOwnScale() {
    byte[] pixels = new byte[17 * 23 * 3];
    new Random(5).nextBytes(pixels);
    Image picture = Image.rgb(17, 23, pixels);
    try (Model m = Model.open(model);
        PictureModel small =
            PictureModel.of(m, new Size(8, 10), Fit.WHOLE, Options.defaults().threads(1), _ -> {});
        PictureModel large =
            PictureModel.of(
                m, new Size(17, 23), Fit.WHOLE, Options.defaults().threads(1), _ -> {})) {
      Tensor expected = large.run(picture).get("y");
      for (int[] stride : new int[][] {{8, 10}, {3, 4}, {5, 1}}) {
        Tensor scores = new SlidingWindow(stride[0], stride[1]).scores(small, picture);
        assertThat(scores.type()).isEqualTo(expected.type());
        assertThat(scores.toFloats()).containsExactly(expected.toFloats(), within(1e-5f));
      }
      assertThatThrownBy(() -> new SlidingWindow(9, 1).scores(small, picture))
          .hasMessageContaining("leaves gaps");
      assertThatThrownBy(() -> new SlidingWindow(1, 1).scores(large, picture.crop(0, 0, 16, 23)))
          .hasMessageContaining("16×23 is smaller than the window of 17×23");
    }
  }

  @Test
  void windowsAreCountedAsTheWholeIs() {
    byte[] pixels = new byte[12 * 12 * 3];
    new Random(6).nextBytes(pixels);
    int[] labels = new Random(7).ints(144, 0, 3).toArray();
    scene("a.png", "a.png", Image.rgb(12, 12, pixels), labels);
    Confusion expected = run(whole(null), new Size(12, 12));
    Confusion windows = run(new SegmentEvaluation(null, 255, 3, 3), new Size(5, 5));
    for (int t = 0; t < 3; t++) {
      for (int f = 0; f < 3; f++) {
        assertThat(windows.count(t, f)).isEqualTo(expected.count(t, f));
      }
    }
  }

  @Test
  void faults() throws IOException {
    assertThatThrownBy(() -> run(whole(null), new Size(2, 2))).hasMessageContaining("no pictures");
    scene("a.png", "b.png", colours(), 0, 0, 0, 0);
    assertThatThrownBy(() -> run(whole(null), new Size(2, 2)))
        .hasMessageContaining("a.png: has no labels in")
        .hasMessageContaining("town/a.png");
    ImageWriter.write(colours(), folder.resolve("labels/town/a.png"));
    assertThatThrownBy(() -> run(whole(null), new Size(2, 2)))
        .hasMessageContaining("a.png: can't be read as numbers");
    Files.writeString(folder.resolve("labels/town/a.png"), "no picture, whatever its name says");
    assertThatThrownBy(() -> run(whole(null), new Size(2, 2)))
        .hasMessageContaining("a.png: is no PNG file");
    assertThatThrownBy(() -> LabelledScenes.find(folder.resolve("none"), folder))
        .hasMessageContaining("no such folder");
    assertThatThrownBy(() -> LabelMap.parse("coco")).hasMessageContaining("'coco'");
  }

  @Test
  void indicesOfAPaletteAreLabels() {
    ImageWriter.write(colours(), folder.resolve("pictures/town/a.png"));
    Image indices = Image.grey(2, 2, new byte[] {0, 1, 2, 0});
    ImageWriter.writeIndexed(
        indices, new int[] {0xff, 0xff00, 0x123456}, folder.resolve("labels/town/a.png"));
    assertThat(run(whole(null), new Size(2, 2)).accuracy()).isEqualTo(1);
  }
}
