package dev.vitrine.cli;

import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.PictureModel.Fit;
import dev.vitrine.vision.image.ImageWriter;
import dev.vitrine.vision.task.Classification.Guess;
import dev.vitrine.vision.task.ClassifyTask;
import dev.vitrine.vision.task.Labels;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "classify", description = "Names what pictures show, the likeliest first.")
final class ClassifyCommand implements Callable<Integer> {
  @Mixin ModelOption model;

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

  @Option(
      names = {"-o", "--output"},
      paramLabel = "SHEET",
      description = "A sheet to write: the pictures with their likeliest classes.")
  Path output;

  @Mixin PictureOptions pictures;

  @Override
  public Integer call() {
    ClassifyTask task = new ClassifyTask(labels == null ? null : Labels.read(labels), top);
    if (output != null) {
      ImageWriter.check(output);
    }
    pictures.run(
        model.name,
        null,
        Fit.STATED,
        _ -> List.of(),
        (ready, run, _, paths) -> task.run(ready, run, paths, output),
        this::report);
    return 0;
  }

  private List<Path> report(
      Map<Path, List<Guess>> all, PictureModel ready, Map<String, Object> json) {
    all.forEach(
        (path, guesses) -> {
          pictures.out.line(path.getFileName());
          for (Guess g : guesses) {
            pictures.out.line("  %5.1f %%  %5d  %s", g.probability() * 100, g.index(), g.name());
          }
        });
    json.put("input", List.of(ready.height(), ready.width()));
    json.put(
        "images",
        all.entrySet().stream()
            .map(e -> Map.of("image", e.getKey().toString(), "classes", e.getValue()))
            .toList());
    return output == null ? List.of() : List.of(output);
  }
}
