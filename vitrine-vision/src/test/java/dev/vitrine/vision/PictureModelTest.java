package dev.vitrine.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PictureModel.Fit;
import dev.vitrine.vision.PictureModel.Size;
import dev.vitrine.vision.image.AwtImages;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import dev.vitrine.vision.resize.FloatMap;
import dev.vitrine.vision.resize.Pillow;
import dev.vitrine.vision.task.ClassMap;
import dev.vitrine.vision.task.Classification;
import dev.vitrine.vision.task.Labels;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pictures through tiny models of each family. */
class PictureModelTest {
  private static final Path TINY = TestData.path("testdata", "tiny");

  private final List<String> notes = new ArrayList<>();
  private final Image cat = TestData.example("chelsea.png");

  private PictureModel open(Model model, Size size, Fit fit) {
    return PictureModel.of(model, size, fit, Options.defaults().threads(1), notes::add);
  }

  @Test
  void theNearestSizeThatTheModelTakes() {
    int[][] sizes = {{56, 70, 56, 70}, {60, 64, 56, 70}, {1, 500, 14, 504}, {63, 77, 70, 84}};
    try (Model model = Model.open(TINY.resolve("dinov2"))) {
      for (int[] s : sizes) {
        notes.clear();
        try (PictureModel pictures = open(model, new Size(s[0], s[1]), Fit.WHOLE)) {
          assertThat(new int[] {pictures.height(), pictures.width()}).containsExactly(s[2], s[3]);
        }
        String line = s[0] + "×" + s[1] + " is no multiple of 14; using " + s[2] + "×" + s[3];
        assertThat(notes).isEqualTo(s[0] == s[2] && s[1] == s[3] ? List.of() : List.of(line));
      }
    }
  }

  @Test
  void aModelWithAFixedSize() {
    try (Model model = Model.open(TINY.resolve("dinov2/model.1x3x56x56.op17.onnx"))) {
      try (PictureModel pictures = open(model, null, Fit.STATED)) {
        assertThat(pictures.height()).isEqualTo(56);
        assertThat(notes).singleElement().asString().contains("doesn't state its preprocessing");
        assertThat(pictures.run(cat).get("patch").shape()).isEqualTo(Shape.of(1, 16, 64));
      }
      assertThatThrownBy(() -> open(model, new Size(70, 56), Fit.WHOLE))
          .isInstanceOf(VitrineException.class)
          .hasMessageContaining("fixed at 56×56");
    }
  }

  @Test
  void theWholePictureOrAsTheModelStates() {
    try (Model model = Model.open(TINY.resolve("dinov2"));
        PictureModel whole = open(model, null, Fit.WHOLE)) {
      Image resized = Pillow.BICUBIC.resize(cat, whole.height(), whole.width());
      Tensor input = whole.prepare(cat);
      assertThat(input.sameAs(new Preprocessor(whole.preprocessing()).apply(resized))).isTrue();
      assertThat(input.real(0))
          .isCloseTo((resized.at(0, 0, 0) / 255.0 - 0.485) / 0.229, within(1e-6));
    }
  }

  /** The patches of an ONNX model and of the checkpoint that it came from lie alike. */
  @Test
  void patches() {
    try (FeatureExtractor checkpoint =
        FeatureExtractor.open(TINY.resolve("dinov2"), new Size(56, 70))) {
      FloatMap map = checkpoint.patches(cat);
      assertThat(List.of(map.height(), map.width(), map.channels())).isEqualTo(List.of(4, 5, 64));
      assertThat(checkpoint.extract(cat)).hasSize(64);
      assertThat(checkpoint.extract(AwtImages.toAwt(cat))).isEqualTo(checkpoint.extract(cat));
    }
    assertThatThrownBy(() -> FeatureExtractor.open(TINY.resolve("none"), null))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("vitrine.home");
  }

  @Test
  void grids() {
    float[] values = new float[2 * 21];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Tensor withClass = Tensor.f32(Shape.of(1, 21, 2), values);
    FloatMap map = PatchGrid.of(withClass, 56, 70);
    assertThat(List.of(map.height(), map.width())).isEqualTo(List.of(4, 5));
    assertThat(map.values()[0]).isEqualTo(2);
    FloatMap channels = PatchGrid.of(Tensor.f32(Shape.of(1, 2, 1, 3), 1, 2, 3, 4, 5, 6), 8, 24);
    assertThat(channels.values()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThatThrownBy(() -> PatchGrid.of(Tensor.f32(Shape.of(1, 7, 6), values), 56, 70))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("holds no patches");
  }

  @Test
  void segmenter() {
    try (Model model = Model.open(TINY.resolve("segformer"));
        PictureModel pictures = open(model, new Size(64, 96), Fit.WHOLE)) {
      Tensor logits = pictures.run(cat).values().iterator().next();
      ClassMap map = ClassMap.of(logits, 0, cat.height(), cat.width());
      assertThat(map.classes().height()).isEqualTo(300);
      assertThat(map.count()).isEqualTo((int) logits.size(1));
      double sum = 0;
      for (double share : map.shares()) {
        sum += share;
      }
      assertThat(sum).isCloseTo(1, within(1e-9));
    }
  }

  @Test
  void classifier() {
    try (Model model = Model.open(TINY.resolve("swin"))) {
      Tensor input = Npy.read(TINY.resolve("swin/input.1x3x64x64.npy"));
      Tensor logits = model.run(Map.of("input", input), Options.defaults()).get("logits");
      Tensor expected = Npy.read(TINY.resolve("swin/logits.1x3x64x64.npy"));
      List<String> labels = Labels.standard((int) expected.size(1));
      var made = Classification.of(logits, labels, 3).getFirst();
      var wanted = Classification.of(expected, labels, 3).getFirst();
      for (int i = 0; i < 3; i++) {
        assertThat(made.get(i).index()).isEqualTo(wanted.get(i).index());
        assertThat(made.get(i).probability()).isCloseTo(wanted.get(i).probability(), within(1e-5));
      }
    }
  }

  @Test
  void logitsHoldNoPatches() {
    Path onnx = TestData.path("testdata", "tiny", "swin", "model.1x3x64x64.op17.onnx");
    try (Model model = Model.open(onnx);
        PictureModel pictures = open(model, new Size(64, 64), Fit.WHOLE)) {
      assertThatThrownBy(() -> PatchGrid.of(pictures.run(cat).values().iterator().next(), 64, 64))
          .isInstanceOf(VitrineException.class);
    }
  }

  @Test
  void runsAreTimed() {
    Phases phases = new Phases();
    StringWriter bar = new StringWriter();
    Path file = TestData.path("examples", "chelsea.png");
    try (Model model = Model.open(TINY.resolve("dinov2"));
        PictureModel pictures = open(model, new Size(28, 28), Fit.WHOLE);
        Progress progress = Progress.on(new PrintWriter(bar), 3)) {
      PictureRun run = new PictureRun(pictures, 3, 1 << 20, phases, progress);
      Image seen = run.run(file, (picture, outputs) -> picture);
      assertThat(seen).isEqualTo(ImageReader.read(file));
      assertThat(run.repeats().count()).isEqualTo(3);
      assertThat(run.repeats().min()).isLessThanOrEqualTo(run.repeats().average());
      assertThat(run.repeats().max()).isGreaterThanOrEqualTo(run.repeats().average());
      progress.draw();
    }
    assertThat(phases.milliseconds().keySet())
        .containsExactly("decode", "preprocess", "model", "post-process");
    assertThat(bar.toString()).contains("] 3/3").endsWith("\r");
  }

  @Test
  void progressSaysHowLong() {
    assertThat(Progress.pace(0, 10, 1)).isEmpty();
    assertThat(Progress.pace(30, 75, 20)).isEqualTo("  1.5/s  0:50 left");
    assertThat(Progress.pace(1000, 7_322_000, 1)).isEqualTo("  1000/s  2:02:02 left");
  }

  @Test
  void repeats() {
    Repeats r = Repeats.NONE.and(2).and(4).and(9);
    assertThat(r)
        .hasToString("Repeat 3 times, avg time 5.00 ms, max_time 9.00 ms, min_time 2.00 ms");
  }
}
