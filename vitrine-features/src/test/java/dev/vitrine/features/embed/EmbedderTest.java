package dev.vitrine.features.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.features.TestData;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.FeatureExtractor;
import dev.vitrine.vision.PictureModel.Size;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.resize.FloatMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbedderTest {
  private static final Size SIZE = new Size(28, 42);

  @TempDir Path folder;

  /** What came out, in order: a vector, or what a picture failed by. */
  private static Map<String, Object> embed(Embedder embedder, List<PictureSource> pictures) {
    Map<String, Object> out = new LinkedHashMap<>();
    embedder.embed(
        pictures,
        new Embedder.Sink() {
          @Override
          public void embedded(Embedder.Embedded e) {
            out.put(e.source().name(), e.vector());
          }

          @Override
          public void failed(PictureSource picture, String reason) {
            out.put(picture.name(), reason);
          }
        });
    return out;
  }

  private static List<PictureSource> blobs(int n) {
    List<PictureSource> pictures = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      pictures.add(PictureSource.of("p" + i, TestData.blobs(30 + i, 40, i)));
    }
    return pictures;
  }

  /** Of another batch the numbers are the same but for rounding: other kernels may be chosen. */
  @Test
  void theSameBitsWhateverTheThreads() {
    List<PictureSource> pictures = blobs(7);
    Map<String, Object> first = null;
    int batch = 0;
    int[][] threadsAndBatches = {{1, 1}, {2, 1}, {9, 1}, {1, 3}, {2, 3}, {3, 3}, {1, 16}, {2, 16}};
    for (int[] c : threadsAndBatches) {
      EmbedOptions options = EmbedOptions.defaults().pooling(Pooling.CLS_MEAN).batch(c[1]);
      try (Model model = Model.open(TestData.TINY);
          Embedder e = Embedder.of(model, SIZE, options, Options.defaults().threads(c[0]))) {
        Map<String, Object> made = embed(e, pictures);
        assertThat(made).hasSize(7);
        Map<String, Object> before = first == null ? made : first;
        float tolerance = c[1] == batch ? 0 : 1e-4f;
        for (PictureSource p : pictures) {
          assertThat((float[]) made.get(p.name()))
              .as("%s with %s", p.name(), List.of(c[0], c[1]))
              .containsExactly((float[]) before.get(p.name()), Offset.offset(tolerance));
        }
        first = made;
        batch = c[1];
      }
    }
  }

  /** A picture's numbers don't depend on its place in the batch, nor on its neighbours. */
  @Test
  void theSameBitsAtEveryPlaceOfABatch() {
    List<PictureSource> pictures = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      pictures.add(PictureSource.of("same" + i, TestData.blobs(30, 40, 1)));
      pictures.add(PictureSource.of("other" + i, TestData.blobs(40, 30, i)));
    }
    EmbedOptions options = EmbedOptions.defaults().pooling(Pooling.CLS_MEAN).batch(4);
    try (Embedder e = Embedder.open(TestData.TINY, SIZE, options)) {
      Map<String, Object> made = embed(e, pictures);
      for (int i = 1; i < 5; i++) {
        assertThat((float[]) made.get("same" + i))
            .as("at %d of the batch", 2 * i % 4)
            .containsExactly((float[]) made.get("same0"));
      }
    }
  }

  @Test
  void poolings() {
    Image cat = TestData.example("chelsea.png");
    float[] cls;
    FloatMap patches;
    try (FeatureExtractor features = FeatureExtractor.open(TestData.TINY, SIZE)) {
      cls = features.extract(cat);
      patches = features.patches(cat);
    }
    int d = cls.length;
    for (Pooling pooling : Pooling.values()) {
      try (Embedder e =
          Embedder.open(TestData.TINY, SIZE, EmbedOptions.defaults().pooling(pooling))) {
        float[] v = e.embed(cat);
        assertThat((long) v.length).as(pooling.text()).isEqualTo(e.shape().count());
        assertThat(Pooling.parse(pooling.text())).isSameAs(pooling);
        for (int c = 0; c < d; c++) {
          double sum = 0;
          double cubes = 0;
          for (int p = 0; p < patches.cells(); p++) {
            double x = patches.values()[p * d + c];
            sum += x;
            cubes += Math.pow(Math.max(x, 1e-6), 3);
          }
          double mean = sum / patches.cells();
          switch (pooling) {
            case CLS -> assertThat(v[c]).isCloseTo(cls[c], within(1e-5f));
            case MEAN -> assertThat(v[c]).isCloseTo((float) mean, within(1e-5f));
            case CLS_MEAN -> {
              assertThat(v[c]).isCloseTo(cls[c], within(1e-5f));
              assertThat(v[d + c]).isCloseTo((float) mean, within(1e-5f));
            }
            case GEM ->
                assertThat(v[c])
                    .isCloseTo((float) Math.cbrt(cubes / patches.cells()), within(1e-5f));
            case PATCH -> {
              assertThat(e.shape()).isEqualTo(Shape.of(2, 3, d));
              assertThat(v[5 * d + c]).isCloseTo(patches.values()[5 * d + c], within(1e-5f));
            }
          }
        }
      }
    }
  }

  @Test
  void normalisedPatchByPatch() {
    EmbedOptions options = EmbedOptions.defaults().pooling(Pooling.PATCH).normalise(true);
    try (Embedder e = Embedder.open(TestData.TINY, SIZE, options)) {
      float[] v = e.embed(TestData.blobs(30, 40, 1));
      int d = (int) e.shape().size(2);
      for (int from = 0; from < v.length; from += d) {
        double sum = 0;
        for (int i = from; i < from + d; i++) {
          sum += v[i] * v[i];
        }
        assertThat(sum).isCloseTo(1, within(1e-5));
      }
    }
  }

  @Test
  void badPicturesAreToldInOrderAndTheOthersGoOn() throws Exception {
    Path bad = Files.writeString(folder.resolve("bad.png"), "no picture at all");
    List<PictureSource> pictures = new ArrayList<>(blobs(4));
    pictures.add(1, PictureSource.of(bad));
    pictures.add(PictureSource.of(folder.resolve("none.jpg")));
    try (Embedder e = Embedder.open(TestData.TINY, SIZE, EmbedOptions.defaults().batch(3))) {
      Map<String, Object> made = embed(e, pictures);
      assertThat(made.keySet())
          .containsExactlyElementsOf(pictures.stream().map(PictureSource::name).toList());
      assertThat(made.get(bad.toString())).asString().contains("bad.png: is no PNG");
      assertThat(made.get(folder.resolve("none.jpg").toString())).asString().contains("no such");
      assertThat(made.get("p3")).isInstanceOf(float[].class);
    }
  }

  @Test
  void aModelWithoutTheOutput() {
    Path swin = TestData.path("testdata", "tiny", "swin");
    assertThatThrownBy(() -> Embedder.open(swin, null, EmbedOptions.defaults()))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("has no output 'cls' (it has logits");
    assertThatThrownBy(() -> Embedder.open(TestData.TINY, null, EmbedOptions.defaults().batch(0)))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("the batch is 0");
    assertThatThrownBy(() -> Pooling.parse("max"))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("choose cls, mean, cls-mean, gem, patch");
  }
}
