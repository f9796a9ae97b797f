package dev.vitrine.cli;

import dev.vitrine.graph.Tensor;
import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.PictureModel.Fit;
import dev.vitrine.vision.PictureRun;
import dev.vitrine.vision.task.Classification;
import dev.vitrine.vision.task.Classification.Guess;
import dev.vitrine.vision.task.Labels;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "classify", description = "Names what pictures show, the likeliest first.")
final class ClassifyCommand implements Callable<Integer> {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      required = true,
      description = "A file, a folder or a name.")
  String model;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "5",
      description = "How many classes to name (default: ${DEFAULT-VALUE}).")
  int top;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Names of the classes: one a line, or JSON (default: the model's own; ImageNet's for 1,000"
              + " and 21,841 classes).")
  Path labels;

  @Mixin PictureOptions pictures;

  @Override
  public Integer call() {
    List<String> names = labels == null ? null : Labels.read(labels);
    pictures.run(
        model,
        null,
        Fit.STATED,
        _ -> List.of(),
        (ready, run, _, paths) -> guesses(ready, run, paths, names),
        this::report);
    return 0;
  }

  private Map<Path, List<Guess>> guesses(
      PictureModel ready, PictureRun run, List<Path> paths, List<String> names) {
    Map<Path, List<Guess>> out = new LinkedHashMap<>();
    for (Path path : paths) {
      out.put(
          path,
          run.run(
              path,
              (_, outputs) -> {
                Tensor scores = outputs.values().iterator().next();
                List<String> known =
                    names != null ? names : Labels.of(ready.model().info(), scores);
                return Classification.of(scores, known, top).getFirst();
              }));
    }
    return out;
  }

  private List<Path> report(
      Map<Path, List<Guess>> all, PictureModel ready, Map<String, Object> json) {
    all.forEach(
        (path, guesses) -> {
          pictures.out.line(path.getFileName());
          for (Guess g : guesses) {
            pictures.out.line("  %5.1f %%  %s (%d)", g.probability() * 100, g.name(), g.index());
          }
        });
    json.put("input", List.of(ready.height(), ready.width()));
    json.put(
        "images",
        all.entrySet().stream()
            .map(e -> Map.of("image", e.getKey().toString(), "classes", e.getValue()))
            .toList());
    return List.of();
  }
}
