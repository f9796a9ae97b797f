package dev.vitrine.cli;

import dev.vitrine.features.data.LabelledPictures;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.features.evaluate.ClassifyEvaluation;
import dev.vitrine.vision.PictureModel.Fit;
import dev.vitrine.vision.Progress;
import dev.vitrine.vision.task.Labels;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "classify",
    description = {
      "How often a classifier names pictures right: at once, and among its best five.",
      "Folders are matched to the model's labels by name."
    })
final class EvalClassifyCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DATA",
      description =
          "A folder of pictures for each class; or CIFAR-10's .bin, MNIST's files, a .csv of pixels.")
  Path data;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "Names of the model's classes: one a line, or JSON (default: the model's own).")
  Path labels;

  @Mixin HitsReport report;
  @Mixin EvalOptions options;

  @Override
  public Integer call() {
    LabelledPictures pictures = report.rows(LabelledPictures.open(data));
    report.check();
    var task = new ClassifyEvaluation(labels == null ? null : Labels.read(labels));
    return options.with(
        Fit.STATED,
        (lanes, json) -> {
          ClassifyEvaluation.Result result;
          try (Progress bar = Progress.onTerminal(pictures.count())) {
            result = task.run(lanes, pictures, new Listener(bar));
          }
          json.put("skipped", result.skipped());
          report.print(result.hits(), options.out, json);
          return result.skipped() > 0 ? Main.CHECK_FAILED : 0;
        });
  }

  private final class Listener implements ClassifyEvaluation.Listener {
    private final Progress bar;

    Listener(Progress bar) {
      this.bar = bar;
    }

    @Override
    public void step() {
      bar.step();
    }

    @Override
    public void skipped(PictureSource picture, String reason) {
      bar.clear();
      options.out.err().println("vitrine: skipped " + reason);
    }
  }
}
