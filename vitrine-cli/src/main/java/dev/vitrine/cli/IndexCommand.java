package dev.vitrine.cli;

import dev.vitrine.features.embed.Collector;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.features.embed.Pictures;
import dev.vitrine.features.search.IndexTask;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "index",
    description = {
      "Makes an index of pictures for search, or adds to it, or removes from it.",
      "Pictures that it has and that didn't change are passed over, so that a run that was ended goes"
          + " on where it was."
    })
final class IndexCommand implements Callable<Integer> {
  /** From here on a search that looks at all vectors takes noticeable time. */
  private static final int MANY = 200_000;

  @Parameters(
      arity = "0..*",
      paramLabel = "PICTURES",
      description =
          "Pictures, folders, lists (.txt, one path a line) or archives (.tar, .tar.gz, .zip) to add.")
  List<Path> paths = List.of();

  @Option(names = "-o", required = true, paramLabel = "INDEX", description = "The index.")
  Path index;

  @Option(
      names = "--delete",
      arity = "1..*",
      paramLabel = "PATH",
      description = "Remove these pictures, or what is below these folders.")
  List<Path> delete = List.of();

  @Option(names = "--prune", description = "Remove pictures whose files are gone.")
  boolean prune;

  @Option(
      names = "--hnsw",
      description =
          "Also make a graph of neighbours, for fast searches among very many pictures; once made it"
              + " is kept up to date.")
  boolean hnsw;

  @Option(names = "--repair", description = "Make a damaged index anew from its whole records.")
  boolean repair;

  @Mixin EmbedderOptions options;
  @Mixin Output out;

  @Override
  public Integer call() {
    IndexTask task = new IndexTask(index);
    Map<String, Object> json = new LinkedHashMap<>();
    if (repair) {
      long lost = task.repair();
      json.put("lost_bytes", lost);
      out.line(lost == 0 ? "nothing is damaged" : "left out %d damaged bytes", lost);
    }
    if (!delete.isEmpty()) {
      int removed = task.delete(delete);
      json.put("removed", removed);
      out.line("removed %d pictures", removed);
    }
    if (prune) {
      int gone = task.prune();
      json.put("pruned", gone);
      out.line("removed %d pictures whose files are gone", gone);
    }
    int skipped = paths.isEmpty() ? 0 : add(task, json);
    if (hnsw || task.isConnected()) {
      out.line("graph of %d neighbours", task.connect());
    }
    IndexTask.State state = task.state();
    json.put("pictures", state.pictures());
    out.line("%s has %d pictures", index, state.pictures());
    if (state.pictures() > MANY && !task.isConnected()) {
      out.line("--hnsw makes searches among so many faster");
    }
    out.json(json);
    return skipped > 0 ? Main.CHECK_FAILED : 0;
  }

  private int add(IndexTask task, Map<String, Object> json) {
    List<PictureSource> pictures = Pictures.find(paths);
    return options.with(
        true,
        embedder -> {
          long start = System.nanoTime();
          Collector.Result result;
          try (EmbedProgress progress = new EmbedProgress(pictures.size(), out)) {
            result = task.add(embedder, options.source(), pictures, progress);
          }
          double seconds = (System.nanoTime() - start) * 1e-9;
          out.line(
              "added %d pictures, %.1f a second; %d were there%s",
              result.added(),
              result.added() / seconds,
              result.unchanged(),
              result.failed().isEmpty() ? "" : "; %d skipped".formatted(result.failed().size()));
          json.put("added", result.added());
          json.put("unchanged", result.unchanged());
          json.put("skipped", result.failed().size());
          json.put("seconds", seconds);
          return result.failed().size();
        });
  }
}
