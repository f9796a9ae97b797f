package dev.vitrine.features.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.engine.Options;
import dev.vitrine.features.TestData;
import dev.vitrine.features.embed.EmbedOptions;
import dev.vitrine.features.embed.Embedder;
import dev.vitrine.features.embed.EmbeddingFile;
import dev.vitrine.features.embed.Embeddings;
import dev.vitrine.features.evaluate.RetrievalTruth.Answer;
import dev.vitrine.formats.Json;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PictureModel.Size;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevisitedTest {
  private static final Path SET = TestData.path("testdata", "revisited");
  private static final Options OPTIONS = Options.defaults().threads(1);

  @TempDir Path folder;

  private static Answer answer(int[] easy, int[] hard, int[] junk) {
    return new Answer(easy, hard, junk, null);
  }

  private static int[] ints(int... values) {
    return values;
  }

  /** Worked out by hand: name, ranking, right, junk, positions, average precision, mP@1, @5. */
  private record Golden(
      String name,
      int[] ranking,
      int[] right,
      int[] junk,
      int[] at,
      double ap,
      double p1,
      double p5) {}

  @Test
  void byHand() {
    int[] plain = ints(0, 1, 2, 3, 4, 5, 6);
    List<Golden> goldens =
        List.of(
            new Golden("the first", plain, ints(0), ints(), ints(0), 1, 1, 1),
            new Golden("second", plain, ints(1), ints(), ints(1), (0 + 0.5) / 2, 0, 0.5),
            // (1 + 1)/2 · 1/2 + (1/2 + 2/3)/2 · 1/2
            new Golden("two", plain, ints(0, 2), ints(), ints(0, 2), 19 / 24.0, 1, 2 / 3.0),
            new Golden("junk before", plain, ints(2), ints(0, 1), ints(0), 1, 1, 1),
            new Golden("junk between", plain, ints(0, 3), ints(1, 2), ints(0, 1), 1, 1, 1),
            new Golden("junk after", plain, ints(1), ints(3, 4), ints(1), 0.25, 0, 0.5),
            new Golden("the last", plain, ints(6), ints(), ints(6), (0 + 1 / 7.0) / 2, 0, 0),
            // Positions 1 and 5: (0 + 1/2)/2 · 1/2 + (1/5 + 2/6)/2 · 1/2; one of the first five.
            new Golden("two late", plain, ints(1, 5), ints(), ints(1, 5), 31 / 120.0, 0, 0.2),
            new Golden("another order", ints(3, 1, 0, 2), ints(0), ints(3), ints(1), 0.25, 0, 0.5));
    for (Golden g : goldens) {
      int[] at = Revisited.positions(g.ranking, g.right, g.junk);
      assertThat(at).as(g.name).containsExactly(g.at);
      assertThat(Revisited.averagePrecision(at, g.right.length))
          .as(g.name)
          .isCloseTo(g.ap, within(1e-15));
      assertThat(Revisited.precision(at, 1)).as(g.name).isEqualTo(g.p1);
      assertThat(Revisited.precision(at, 5)).as(g.name).isCloseTo(g.p5, within(1e-15));
    }
  }

  @Test
  void setupsAndQueriesWithoutAnswers() {
    List<Answer> answers =
        List.of(answer(ints(0), ints(2), ints(1)), answer(ints(), ints(1), ints()));
    List<int[]> rankings = List.of(ints(0, 1, 2), ints(1, 0, 2));
    Revisited.Scores easy = Revisited.EASY.score(answers, rankings);
    assertThat(easy.queries()).isEqualTo(1);
    assertThat(easy.map()).isEqualTo(1);
    // The first query's junk are 0 and 1, so that 2 comes first.
    Revisited.Scores hard = Revisited.HARD.score(answers, rankings);
    assertThat(hard.queries()).isEqualTo(2);
    assertThat(hard.map()).isEqualTo(1);
    assertThat(Revisited.MEDIUM.score(answers, rankings).precision())
        .containsExactly(1.0, 1.0, 1.0);
    Revisited.Scores none = Revisited.EASY.score(answers.subList(1, 2), rankings.subList(1, 2));
    assertThat(none.map()).isNaN();
    assertThat(none.queries()).isZero();
  }

  @Test
  void theSmallSet() {
    Json expected = Json.read(SET.resolve("expected.json"));
    for (String gnd : List.of("gnd.protocol2.pkl", "gnd.numpy.pkl")) {
      RetrievalTask task = new RetrievalTask(RetrievalTruth.read(SET.resolve(gnd)));
      Map<Revisited, Revisited.Scores> scores = score(task, read("database"), read("queries"));
      scores.forEach(
          (setup, s) -> {
            Json want = expected.at(setup.name().toLowerCase(Locale.ROOT));
            assertThat(100 * s.map()).as(gnd).isCloseTo(want.at("mAP").real(-1), within(1e-9));
            for (int i = 0; i < 3; i++) {
              assertThat(100 * s.precision().get(i))
                  .as("%s %s mP@%d", gnd, setup, Revisited.DEPTHS.get(i))
                  .isCloseTo(want.at("mP@" + Revisited.DEPTHS.get(i)).real(-1), within(1e-9));
            }
          });
    }
  }

  private static Embeddings read(String name) {
    return EmbeddingFile.read(SET.resolve(name + ".npy"));
  }

  private static Map<Revisited, Revisited.Scores> score(
      RetrievalTask task, Embeddings database, Embeddings queries) {
    return task.score(Path.of("d.npy"), database, Path.of("q.npy"), queries, OPTIONS);
  }

  /** Rows come in any order with their names, and lengths of vectors don't count. */
  @Test
  void rowsByName() {
    RetrievalTask task = new RetrievalTask(RetrievalTruth.read(SET.resolve("gnd.protocol2.pkl")));
    Embeddings plain = read("database");
    List<String> names = new ArrayList<>();
    float[] rows = new float[plain.count() * plain.length()];
    for (int i = 0; i < plain.count(); i++) {
      int from = plain.count() - 1 - i;
      names.add("some/folder/" + task.truth().database().get(from) + ".jpg");
      float[] row = plain.row(from);
      for (int k = 0; k < row.length; k++) {
        rows[i * row.length + k] = row[k] * (1 << i % 3);
      }
    }
    Embeddings turned = new Embeddings(names, Tensor.f32(plain.vectors().shape(), rows));
    assertThat(score(task, turned, read("queries"))).isEqualTo(score(task, plain, read("queries")));
    names.set(3, "other.jpg");
    Embeddings lacking = new Embeddings(names, turned.vectors());
    assertThatThrownBy(() -> score(task, lacking, read("queries")))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("d.npy: lacks 1 of the 40 names of imlist, such as all_036");
  }

  @Test
  void ofEqualScoresTheLowerIndexComesFirst() {
    RetrievalTruth truth =
        new RetrievalTruth(
            List.of("a", "b", "c"), List.of("q"), List.of(answer(ints(0), ints(2), ints())));
    float[] same = {1, 0, 1, 0, 1, 0};
    Embeddings database = new Embeddings(truth.database(), Tensor.f32(Shape.of(3, 2), same));
    Embeddings query = new Embeddings(truth.queries(), Tensor.f32(Shape.of(1, 2), 0.5f, 0.5f));
    var scores = score(new RetrievalTask(truth), database, query);
    assertThat(scores.get(Revisited.EASY).map()).isEqualTo(1);
    assertThat(scores.get(Revisited.HARD).map()).isEqualTo(0.25);
  }

  @Test
  void badFeatures() {
    RetrievalTask task = new RetrievalTask(RetrievalTruth.read(SET.resolve("gnd.protocol2.pkl")));
    Embeddings plain = read("database");
    Tensor holed = Tensor.f32(plain.vectors().shape(), plain.vectors().toFloats());
    holed.set(17 * 8 + 3, Double.NaN);
    Embeddings nan = new Embeddings(plain.names(), false, holed);
    assertThatThrownBy(() -> score(task, nan, read("queries")))
        .hasMessageContaining("d.npy: the features of row 17 hold NaN");
    assertThatThrownBy(() -> score(task, read("queries"), read("queries")))
        .hasMessageContaining("d.npy: has 6 rows for the 40 names of imlist");
    Embeddings narrow =
        new Embeddings(read("queries").names(), false, Tensor.f32(Shape.of(6, 2), new float[12]));
    assertThatThrownBy(() -> score(task, plain, narrow))
        .hasMessageContaining("d.npy has vectors of 8 numbers, q.npy of 2");
  }

  /** Each query is a part of one of the pictures: cut to it, it finds that picture first. */
  @Test
  void fromPicturesWithAndWithoutTheBox() throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      TestData.write(folder, "all_" + i + ".png", i);
      names.add("all_" + i);
    }
    Image one = TestData.blobs(40, 50, 2);
    byte[] wide = Image.filled(40, 150, 0x808080).pixels();
    for (int y = 0; y < 40; y++) {
      System.arraycopy(one.pixels(), y * 150, wide, y * 450 + 150, 150);
    }
    ImageWriter.write(Image.rgb(40, 150, wide), folder.resolve("q.png"));
    Answer answer = new Answer(ints(2), ints(), ints(), new double[] {49.6, 0, 100.4, 40});
    RetrievalTask task =
        new RetrievalTask(new RetrievalTruth(names, List.of("q"), List.of(answer)));
    List<Integer> progress = new ArrayList<>();
    try (Embedder e =
        Embedder.open(TestData.TINY, new Size(28, 28), EmbedOptions.defaults().normalise(true))) {
      var cut = task.score(folder, true, e, OPTIONS, progress::add);
      assertThat(cut.get(Revisited.EASY).map()).isEqualTo(1);
      assertThat(progress).containsExactly(1, 2, 3, 4, 5);
      assertThat(task.score(folder, false, e, OPTIONS, _ -> {}).get(Revisited.EASY).queries())
          .isEqualTo(1);
      Files.delete(folder.resolve("all_3.png"));
      assertThatThrownBy(() -> task.score(folder, false, e, OPTIONS, _ -> {}))
          .isInstanceOf(VitrineException.class)
          .hasMessageContaining("has no picture all_3.jpg");
    }
  }

  @Test
  void badGroundTruth() throws Exception {
    Path file = folder.resolve("gnd.pkl");
    String[][] cases = {
      {"N.", "holds no dictionary"},
      {"(dp0\n.", "imlist is missing"},
      {"(dVimlist\n(lVa\nasVqimlist\n(lVq\nasVgnd\n(ls.", "has 1 queries in qimlist but 0 in gnd"},
      {"(dVimlist\n(lVa\naVa\nasVqimlist\n(lVq\nasVgnd\n(ls.", "imlist holds a name twice"},
      {
        "(dVimlist\n(lVa\nasVqimlist\n(lVq\nasVgnd\n(l(dVeasy\n(lsVjunk\n(lsas.",
        "query q has no 'hard'"
      },
      {
        "(dVimlist\n(lVa\nasVqimlist\n(lVq\nasVgnd\n(l(dVeasy\n(lI1\nasVhard\n(lsVjunk\n(lsas.",
        "query q has 1.0 in 'easy'; imlist has 1"
      },
    };
    for (String[] c : cases) {
      Files.writeString(file, c[0]);
      assertThatThrownBy(() -> RetrievalTruth.read(file))
          .as(c[0])
          .isInstanceOf(VitrineException.class)
          .hasMessageContaining("gnd.pkl: " + c[1]);
    }
  }
}
