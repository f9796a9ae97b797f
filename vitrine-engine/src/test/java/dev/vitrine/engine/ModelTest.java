package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ModelTest {
  private static final Path DINO =
      Path.of(System.getProperty("vitrine.root"), "testdata/tiny/dinov2/model.safetensors");
  private static final Options OPTIONS = Options.defaults().threads(2);

  private static Map<String, Tensor> picture(int height, int width) {
    Tensor t = Tensor.zeros(DType.F32, Shape.of(1, 3, height, width));
    for (long i = 0; i < t.count(); i++) {
      t.set(i, Math.sin(i * 0.37));
    }
    return Map.of("input", t);
  }

  @Test
  void runsAnySizeFromManyThreadsWhileSessionsComeAndGo() throws Exception {
    try (Model model = Model.open(DINO);
        var threads = Executors.newFixedThreadPool(4)) {
      List<Tensor> expected = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        try (Session s = model.session(Shape.of(1, 3, 28, 28 + 14 * i), OPTIONS)) {
          expected.add(s.run(picture(28, 28 + 14 * i)).get("patch"));
        }
      }
      List<Callable<Boolean>> work = new ArrayList<>();
      for (int i = 0; i < 42; i++) {
        int n = i % 7;
        work.add(
            () ->
                model.run(picture(28, 28 + 14 * n), OPTIONS).get("patch").sameAs(expected.get(n)));
      }
      for (Future<Boolean> f : threads.invokeAll(work)) {
        assertThat(f.get()).isTrue();
      }
    }
  }

  @Test
  void givesTheOutputsAskedFor() {
    try (Model model = Model.open(DINO)) {
      assertThat(model.run(picture(28, 42), OPTIONS.outputs("patch", "cls")).keySet())
          .containsExactly("patch", "cls");
      assertThatThrownBy(() -> model.run(picture(28, 42), OPTIONS.outputs("depth")))
          .isInstanceOf(VitrineException.class)
          .hasMessageContaining("depth");
    }
  }

  @Test
  void sessionsOutliveTheModel() {
    Session session;
    try (Model model = Model.open(DINO)) {
      session = model.session(Shape.of(1, 3, 56, 56), OPTIONS);
    }
    Tensor x = Npy.read(DINO.resolveSibling("input.1x3x56x56.npy"));
    try (session) {
      Tensor expected = Npy.read(DINO.resolveSibling("cls.1x3x56x56.npy"));
      Inputs.assertClose(
          Map.of("cls", session.run(Map.of("input", x)).get("cls")), Map.of("cls", expected), 2e-4);
    }
  }

  @Test
  void aClosedModelSaysSo() {
    Model model = Model.open(DINO);
    model.run(picture(28, 28), OPTIONS);
    model.close();
    assertThatThrownBy(() -> model.run(picture(28, 28), OPTIONS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the model is closed");
  }

  @Test
  void everyStageCanBeShown() {
    try (Model model = Model.open(DINO)) {
      Map<String, Shape> shapes = Map.of("input", Shape.of(1, 3, 28, 28));
      assertThat(model.dump(Stage.IMPORTED, shapes, OPTIONS))
          .contains("MatMul(")
          .contains("Softmax(");
      assertThat(model.dump(Stage.SIMPLIFIED, shapes, OPTIONS)).contains("MatMul(");
      assertThat(model.dump(Stage.FUSED, shapes, OPTIONS))
          .contains("FusedAttention(")
          .doesNotContain("MatMul(");
      assertThat(model.dump(Stage.PLANNED, shapes, OPTIONS.tier(Tier.PORTABLE)))
          .contains("attention_portable")
          .contains("arena+0x");
      assertThat(model.dump(Stage.PLANNED, shapes, OPTIONS.tier(Tier.REFERENCE)))
          .contains("reference_MatMul");
    }
  }

  @Test
  void namesOfTiersAndStages() {
    assertThat(Tier.parse("avx512_vnni")).isEqualTo(Tier.AVX512_VNNI);
    assertThat(Stage.parse("planned")).isEqualTo(Stage.PLANNED);
    assertThatThrownBy(() -> Tier.parse("neon"))
        .isInstanceOf(VitrineException.class)
        .hasMessage(
            "'neon' is no tier; choose from auto, portable, avx2, avx_vnni, avx512, avx512_vnni, avx512_amx, reference");
    assertThatThrownBy(() -> Stage.parse("baked"))
        .isInstanceOf(VitrineException.class)
        .hasMessage("'baked' is no stage; choose from imported, simplified, fused, planned");
    assertThatThrownBy(() -> Options.defaults().threads(0)).isInstanceOf(VitrineException.class);
  }
}
