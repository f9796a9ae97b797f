package dev.vitrine.cli;

import dev.vitrine.features.data.LabelledPictures;
import dev.vitrine.features.embed.Embedder;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.features.probe.ExampleSource;
import dev.vitrine.features.probe.Examples;
import dev.vitrine.features.probe.LinearHead;
import dev.vitrine.formats.onnx.OnnxMetadata;
import dev.vitrine.vision.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;

/** How the actions of {@code probe} come to examples. */
final class ProbeOptions {
  @Mixin EmbedderOptions embedder;
  @Mixin Output out;

  private int skipped;

  /** Pictures that could not be read. */
  int skipped() {
    return skipped;
  }

  /** The exit code: whether all pictures were read. */
  int code() {
    return skipped > 0 ? Main.CHECK_FAILED : 0;
  }

  /**
   * The examples of some sources; the model is opened once if any are pictures.
   *
   * @param about told what the features are, if they are made here
   */
  List<Examples> examples(List<ExampleSource> sources, Consumer<Map<String, String>> about) {
    List<LabelledPictures> pictures = new ArrayList<>();
    for (ExampleSource s : sources) {
      pictures.add(s.isFeatures() ? null : s.pictures());
    }
    if (sources.stream().allMatch(ExampleSource::isFeatures)) {
      return sources.stream().map(ExampleSource::read).toList();
    }
    return embedder.with(
        false,
        ready -> {
          about.accept(about(ready));
          List<Examples> all = new ArrayList<>();
          for (int i = 0; i < sources.size(); i++) {
            LabelledPictures some = pictures.get(i);
            all.add(some == null ? sources.get(i).read() : embed(some, ready));
          }
          return all;
        });
  }

  private Examples embed(LabelledPictures pictures, Embedder ready) {
    long start = System.nanoTime();
    Examples examples;
    try (Progress bar = Progress.onTerminal(pictures.count())) {
      examples =
          ExampleSource.embed(
              pictures,
              ready,
              new ExampleSource.Listener() {
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
    double seconds = (System.nanoTime() - start) / 1e9;
    out.line(
        "%d pictures of %d classes → %d features each, %.1f a second",
        examples.count(), examples.classes().size(), examples.width(), examples.count() / seconds);
    return examples;
  }

  private static Map<String, String> about(Embedder ready) {
    Map<String, String> about = new LinkedHashMap<>(ready.about());
    about.put(LinearHead.PREPARED, OnnxMetadata.print(ready.preprocessing()));
    return about;
  }
}
