package dev.vitrine.features.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.features.Child;
import dev.vitrine.features.TestData;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PictureModel.Size;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbedTaskTest {
  private static final int BATCH = 2;

  private static final Size SIZE = new Size(28, 28);

  @TempDir Path folder;

  /** What a task told. */
  private static final class Told implements Collector.Listener {
    private final List<Integer> done = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();

    @Override
    public void done(int pictures) {
      done.add(pictures);
    }

    @Override
    public void skipped(PictureSource picture, String reason) {
      skipped.add(reason);
    }
  }

  private static EmbedTask.Result run(
      Path file, List<PictureSource> pictures, EmbedOptions options, Collector.Listener listener) {
    try (Model model = Model.open(TestData.TINY);
        Embedder e = Embedder.of(model, SIZE, options, Options.defaults().threads(1))) {
      return new EmbedTask(file).run(e, pictures, listener);
    }
  }

  private List<PictureSource> pictures(int n) {
    for (int i = 0; i < n; i++) {
      TestData.write(folder, "p%03d.png".formatted(i), i % 7);
    }
    return Pictures.find(List.of(folder));
  }

  @Test
  void badPicturesAreLeftOut() throws Exception {
    List<PictureSource> pictures = new ArrayList<>(pictures(5));
    Path bad = Files.writeString(folder.resolve("bad.jpg"), "rubbish");
    pictures.add(2, PictureSource.of(bad));
    Path out = folder.resolve("f.safetensors");
    Told told = new Told();
    EmbedTask.Result result = run(out, pictures, EmbedOptions.defaults(), told);
    assertThat(result).isEqualTo(new EmbedTask.Result(5, 0, 1));
    assertThat(told.done).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(told.skipped).singleElement().asString().startsWith(bad + ": is no PNG");
    assertThat(EmbeddingFile.read(out).names())
        .containsExactlyElementsOf(
            pictures.stream().map(PictureSource::name).filter(n -> !n.endsWith("jpg")).toList());
    assertThat(new EmbedTask(out).part()).doesNotExist();
    assertThatThrownBy(
            () -> run(out, List.of(PictureSource.of(bad)), EmbedOptions.defaults(), told))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("none of the pictures can be read");
    assertThat(new EmbedTask(out).part()).doesNotExist();
    assertThat(EmbeddingFile.read(out).count()).isEqualTo(5);
  }

  @Test
  void anUnfinishedRunOfSomethingElse() {
    List<PictureSource> pictures = pictures(3);
    Path out = folder.resolve("f.npy");
    Collector.Listener stops =
        new Collector.Listener() {
          @Override
          public void done(int done) {
            if (done == 2) {
              throw new IllegalStateException("stopped");
            }
          }

          @Override
          public void skipped(PictureSource picture, String reason) {}
        };
    EmbedOptions options = EmbedOptions.defaults().batch(1);
    assertThatThrownBy(() -> run(out, pictures, options, stops)).hasMessage("stopped");
    Told told = new Told();
    assertThatThrownBy(() -> run(out, pictures, options.pooling(Pooling.MEAN), told))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("has output cls, not mean: it is of an unfinished run; delete it");
    assertThat(out).doesNotExist();
    assertThat(run(out, pictures, options, told)).isEqualTo(new EmbedTask.Result(3, 2, 0));
    assertThat(told.done).containsExactly(2, 3);
  }

  /** Killed again and again, a run ends with the bytes of one that was left alone. */
  @Test
  void killedRunsGoOn() {
    List<PictureSource> pictures = pictures(150);
    EmbedOptions options = EmbedOptions.defaults().batch(BATCH);
    Path out = folder.resolve("f.npy");
    Path part = new EmbedTask(out).part();
    for (int run = 1; run <= 3; run++) {
      long enough = run * 5_000;
      try (Child child = new Child(folder.resolve("said"), EmbedTaskTest.class, folder, out)) {
        child.await(() -> part.toFile().length() >= enough);
      }
    }
    assertThat(out).doesNotExist();
    EmbedTask.Result result = run(out, pictures, options, new Told());
    assertThat(result.embedded()).isEqualTo(150);
    assertThat(result.resumed()).isPositive();
    Path whole = folder.resolve("g.npy");
    run(whole, pictures, options, new Told());
    assertThat(out).hasSameBinaryContentAs(whole);
    assertThat(folder.resolve("f.txt")).hasSameBinaryContentAs(folder.resolve("g.txt"));
  }

  /** The child: embeds a folder, not too fast. */
  public static void main(String[] args) {
    run(
        Path.of(args[1]),
        Pictures.find(List.of(Path.of(args[0]))),
        EmbedOptions.defaults().batch(BATCH),
        new Collector.Listener() {
          @Override
          public void done(int pictures) {
            try {
              Thread.sleep(10);
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }

          @Override
          public void skipped(PictureSource picture, String reason) {}
        });
  }
}
