package dev.vitrine.cli;

import dev.vitrine.engine.Options;
import dev.vitrine.features.curate.Collected;
import dev.vitrine.features.embed.Embedder;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.vision.Progress;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Mixin;

/** What the commands that compare the pictures of collections have in common. */
final class CollectionOptions {
  @Mixin EmbedderOptions embedder;

  /** Embeds collections with a model that is open. */
  static final class Collecting {
    private final Embedder embedder;
    private final Output out;
    private int skipped;

    private Collecting(Embedder embedder, Output out) {
      this.embedder = embedder;
      this.out = out;
    }

    Collected of(List<PictureSource> pictures) {
      try (Progress bar = Progress.onTerminal(pictures.size())) {
        return Collected.of(
            pictures,
            embedder,
            new Collected.Listener() {
              @Override
              public void step() {
                bar.step();
              }

              @Override
              public void skipped(PictureSource picture, String reason) {
                skipped++;
                bar.clear();
                out.err().println("vitrine: skipped " + reason);
              }
            });
      }
    }

    /** The exit code: whether all pictures could be read. */
    int code() {
      return skipped > 0 ? Main.CHECK_FAILED : 0;
    }
  }

  Options options() {
    return embedder.run.options(List.of());
  }

  long maxPixels() {
    return embedder.decoding.maxPixels;
  }

  /** Opens the model, does the task and closes it. */
  int with(Output out, Function<Collecting, Integer> task) {
    return embedder.with(true, ready -> task.apply(new Collecting(ready, out)));
  }
}
