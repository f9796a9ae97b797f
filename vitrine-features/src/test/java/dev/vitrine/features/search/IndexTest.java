package dev.vitrine.features.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.engine.Options;
import dev.vitrine.features.TestData;
import dev.vitrine.features.embed.Collector;
import dev.vitrine.features.embed.EmbedOptions;
import dev.vitrine.features.embed.Embedder;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.features.embed.Pictures;
import dev.vitrine.features.embed.Pooling;
import dev.vitrine.features.search.PictureSearch.Reach;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PictureModel.Size;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import dev.vitrine.vision.image.ImageWriter;
import dev.vitrine.vision.resize.Box;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures in, pictures found: with a tiny model. */
class IndexTest {
  private static final Options OPTIONS = Options.defaults().threads(1);
  private static final EmbedOptions UNIT = EmbedOptions.defaults().normalise(true);

  private static Embedder embedder;

  @TempDir Path folder;

  private Path pictures;
  private IndexTask task;
  private final List<String> skipped = new ArrayList<>();

  @BeforeAll
  static void open() {
    embedder = Embedder.open(TestData.TINY, new Size(42, 42), UNIT);
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  @BeforeEach
  void files() throws Exception {
    pictures = Files.createDirectories(folder.resolve("photos/some")).getParent();
    for (int i = 0; i < 6; i++) {
      TestData.write(pictures, (i < 3 ? "some/" : "") + "p" + i + ".png", i);
    }
    task = new IndexTask(Files.createDirectory(folder.resolve("out")).resolve("x.index"));
  }

  private Collector.Result add(Path... paths) {
    return task.add(
        embedder,
        Map.of("source", "tiny"),
        Pictures.find(List.of(paths)),
        new Collector.Listener() {
          @Override
          public void done(int n) {}

          @Override
          public void skipped(PictureSource picture, String reason) {
            skipped.add(reason);
          }
        });
  }

  private List<Found> find(Image query, int k) {
    try (PictureSearch search = PictureSearch.open(task.index(), Reach.AUTO, OPTIONS)) {
      search.check(embedder);
      return search.find(embedder.embed(query), k);
    }
  }

  @Test
  void aPictureFindsItselfFirst() {
    assertThat(add(pictures)).isEqualTo(new Collector.Result(6, 0, java.util.Set.of()));
    for (int i = 0; i < 6; i++) {
      List<Found> found = find(TestData.blobs(40, 50, i), 3);
      assertThat(found).hasSize(3);
      assertThat(found.getFirst().path()).hasFileName("p" + i + ".png").exists();
      assertThat(found.getFirst().score()).isBetween(0.9999f, 1.0001f);
      assertThat(found.getFirst().height()).isEqualTo(40);
      assertThat(found.get(1).score()).isGreaterThanOrEqualTo(found.get(2).score());
    }
    assertThat(find(TestData.blobs(40, 50, 0), 100)).hasSize(6);
  }

  @Test
  void onlyWhatIsNewOrChanged() throws Exception {
    add(pictures.resolve("some"));
    assertThat(add(pictures)).isEqualTo(new Collector.Result(3, 3, java.util.Set.of()));
    ImageWriter.write(TestData.blobs(41, 52, 77), pictures.resolve("p4.png"));
    Path bad = Files.writeString(pictures.resolve("bad.png"), "rubbish");
    Collector.Result result = add(pictures);
    assertThat(result.added()).isEqualTo(1);
    assertThat(result.unchanged()).isEqualTo(5);
    assertThat(result.failed()).containsExactly(bad.toString());
    assertThat(skipped).singleElement().asString().contains("bad.png");
    assertThat(find(TestData.blobs(41, 52, 77), 1).getFirst().path()).hasFileName("p4.png");
    assertThat(task.state()).isEqualTo(new IndexTask.State(6, 1));
  }

  @Test
  void removed() throws Exception {
    add(pictures);
    assertThatThrownBy(() -> task.delete(List.of(pictures.resolve("p3.png"), Path.of("none"))))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("has no picture none; nothing was removed");
    assertThat(task.state().pictures()).isEqualTo(6);
    assertThat(task.delete(List.of(pictures.resolve("p3.png")))).isEqualTo(1);
    assertThat(find(TestData.blobs(40, 50, 3), 1).getFirst().path())
        .hasFileName(find(TestData.blobs(40, 50, 3), 5).getFirst().path().getFileName().toString());
    assertThat(find(TestData.blobs(40, 50, 3), 9).stream().map(f -> f.path().toString()))
        .noneMatch(p -> p.endsWith("p3.png"));
    Files.delete(pictures.resolve("p5.png"));
    assertThat(task.prune()).isEqualTo(1);
    assertThat(task.delete(List.of(pictures.resolve("some")))).isEqualTo(3);
    assertThat(task.state()).isEqualTo(new IndexTask.State(1, 0));
    assertThat(task.repair()).isZero();
  }

  /** Names are relative: an index and its pictures can be moved together. */
  @Test
  void moved() throws Exception {
    add(pictures);
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.move(pictures, elsewhere.resolve("photos"));
    Files.move(task.index().getParent(), elsewhere.resolve("out"));
    task = new IndexTask(elsewhere.resolve("out/x.index"));
    assertThat(find(TestData.blobs(40, 50, 1), 1).getFirst().path())
        .isEqualTo(elsewhere.resolve("photos/some/p1.png"));
  }

  @Test
  void anotherModelOrVector() {
    add(pictures);
    try (Embedder other = Embedder.open(TestData.TINY, new Size(28, 28), UNIT);
        PictureSearch search = PictureSearch.open(task.index(), Reach.AUTO, OPTIONS)) {
      assertThatThrownBy(() -> search.check(other))
          .isInstanceOf(VitrineException.class)
          .hasMessageContaining("x.index: was made with input 42x42, not 28x28");
      assertThatThrownBy(() -> search.find(new float[3], 1))
          .hasMessageContaining("a query has 64 finite numbers, not 3");
      assertThatThrownBy(() -> search.find(new float[64], 0)).hasMessageContaining("at least 1");
      assertThatThrownBy(() -> task.add(other, Map.of(), Pictures.find(List.of(pictures)), null))
          .hasMessageContaining("has input 42x42, not 28x28: it is of other vectors");
    }
    try (Embedder plain = Embedder.open(TestData.TINY, new Size(28, 28), EmbedOptions.defaults())) {
      assertThatThrownBy(() -> task.add(plain, Map.of(), List.of(), null))
          .hasMessageContaining("one vector of length 1 a picture");
    }
    assertThat(task.state().pictures()).isEqualTo(6);
  }

  /** The part of a picture that another one holds too finds it by patches. */
  @Test
  void rankedByPatches() {
    Image whole = TestData.example("astronaut.png");
    Path astronaut = ImageWriter.write(whole, pictures.resolve("astronaut.png"));
    add(pictures);
    Image part = new Box(0, 120, 260, 380).crop(whole);
    List<Found> found = new ArrayList<>(find(part, 7));
    found.add(
        new Found(pictures.resolve("gone.png"), 1, 1, 0.1f, java.util.OptionalDouble.empty()));
    EmbedOptions patches = UNIT.pooling(Pooling.PATCH);
    try (Embedder e =
            Embedder.open(TestData.path("models", "dinov2-small"), new Size(112, 112), patches);
        PatchRanking ranking = new PatchRanking(e, OPTIONS)) {
      List<Found> ranked = ranking.rank(part, found);
      assertThat(ranked).hasSize(8);
      assertThat(ranked.getFirst().path()).isEqualTo(astronaut);
      assertThat(ranked.getFirst().patches().orElseThrow()).isBetween(0.0, 1.0);
      assertThat(ranked.getLast().path()).hasFileName("gone.png");
      assertThat(ranked.getLast().patches().orElseThrow()).isNaN();
      assertThat(ranking.rank(whole, ranked).getFirst().patches().orElseThrow())
          .isGreaterThan(0.99);
    }
  }

  @Test
  void aSheet() throws Exception {
    add(pictures);
    Image query = TestData.blobs(40, 50, 2);
    List<Found> found = find(query, 6);
    Files.delete(found.get(2).path());
    Path file = folder.resolve("sheet.png");
    ImageWriter.write(
        ResultSheet.draw("q.png", query, new Box(5, 5, 20, 30), found, 1 << 20), file);
    Image sheet = ImageReader.read(file);
    assertThat(sheet.width()).isEqualTo(12 + 6 * 212);
    assertThat(sheet.height()).isGreaterThan(2 * 200);
  }
}
