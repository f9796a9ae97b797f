package dev.vitrine.cli;

import dev.vitrine.features.embed.EmbeddingFile;
import dev.vitrine.features.evaluate.RetrievalTask;
import dev.vitrine.features.evaluate.RetrievalTruth;
import dev.vitrine.features.evaluate.Revisited;
import dev.vitrine.vision.Progress;
import dev.vitrine.vision.Table;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "retrieval",
    description = {
      "Mean average precision and mP@k on Revisited Oxford and Paris: easy, medium and hard.",
      "From pictures (--images), or from features that embed made (--database, --queries)."
    })
final class EvalRetrievalCommand implements Callable<Integer> {
  @Option(
      names = "--gnd",
      required = true,
      paramLabel = "FILE",
      description = "The ground truth, gnd_roxford5k.pkl or gnd_rparis6k.pkl.")
  Path gnd;

  @Option(names = "--images", paramLabel = "DIR", description = "The folder with all pictures.")
  Path images;

  @Option(
      names = "--database",
      paramLabel = "FILE",
      description = "Features of the database; rows by name where there are names, else in order.")
  Path database;

  @Option(names = "--queries", paramLabel = "FILE", description = "Features of the queries.")
  Path queries;

  @Option(
      names = "--crop",
      description =
          "With --images: cut queries to their boxes, as the paper does; DINO's figures are without.")
  boolean crop;

  @Spec CommandSpec spec;
  @Mixin EmbedderOptions options;
  @Mixin Output out;

  @Override
  public Integer call() {
    boolean features = database != null && queries != null;
    if (features == (images != null) || (database == null) != (queries == null)) {
      throw new ParameterException(
          spec.commandLine(), "give either --images, or --database and --queries");
    }
    RetrievalTask task = new RetrievalTask(RetrievalTruth.read(gnd));
    Map<Revisited, Revisited.Scores> scores = features ? features(task) : images(task);
    Map<String, Object> json = new LinkedHashMap<>();
    Table table = new Table("", "queries", "mAP", "mP@1", "mP@5", "mP@10");
    scores.forEach(
        (setup, s) -> {
          List<Double> p = s.precision();
          String name = setup.name().toLowerCase(Locale.ROOT);
          table.row(
              name, s.queries(), text(s.map()), text(p.get(0)), text(p.get(1)), text(p.get(2)));
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("mAP", percent(s.map()));
          for (int i = 0; i < p.size(); i++) {
            one.put("mP@" + Revisited.DEPTHS.get(i), percent(p.get(i)));
          }
          json.put(name, one);
        });
    out.line("%s", table);
    if (images != null) {
      out.line(crop ? "queries cut to their boxes" : "queries not cut to their boxes");
      json.put("crop", crop);
    }
    out.json(json);
    return 0;
  }

  private Map<Revisited, Revisited.Scores> features(RetrievalTask task) {
    return task.score(
        database,
        EmbeddingFile.read(database),
        queries,
        EmbeddingFile.read(queries),
        options.run.options(List.of()));
  }

  private Map<Revisited, Revisited.Scores> images(RetrievalTask task) {
    int all = task.truth().database().size() + task.truth().queries().size();
    return options.with(
        true,
        embedder -> {
          try (Progress bar = Progress.onTerminal(all)) {
            return task.score(images, crop, embedder, options.run.options(List.of()), bar::to);
          }
        });
  }

  private static Double percent(double share) {
    return Double.isNaN(share) ? null : 100 * share;
  }

  private static String text(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.2f", 100 * share);
  }
}
