package dev.vitrine.cli;

import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.vision.DecodedAhead;
import dev.vitrine.vision.Phases;
import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.PictureModel.Fit;
import dev.vitrine.vision.PictureRun;
import dev.vitrine.vision.Progress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What the commands that take pictures through a model have in common. */
final class PictureOptions {
  /** What a command does with the pictures, once the model is there. */
  interface Task<T> {
    T run(PictureModel model, PictureRun run, Phases phases, List<Path> pictures);
  }

  /** Prints a result. */
  interface Report<T> {
    List<Path> print(T result, PictureModel model, Map<String, Object> json);
  }

  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Parameters(paramLabel = "IMAGE", description = "Pictures.")
  List<Path> positional = List.of();

  @Option(
      names = {"-i", "--image"},
      paramLabel = "IMAGE",
      description = "A picture, as a plain argument is.")
  List<Path> named = List.of();

  @Option(
      names = {"-r", "--repeat"},
      defaultValue = "1",
      paramLabel = "N",
      description = "Run the model this many times on each picture and print the times.")
  int repeat;

  @Mixin Decoding decoding;
  @Mixin RunOptions run;
  @Mixin Output out;

  /** The pictures in the order given, plain arguments first; at least one. */
  List<Path> pictures() {
    List<Path> all = Stream.concat(positional.stream(), named.stream()).toList();
    if (all.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "name at least one picture");
    }
    if (repeat < 1) {
      throw new ParameterException(spec.commandLine(), "-r is " + repeat + "; it is at least 1");
    }
    return all;
  }

  /**
   * Opens a model, does the task and prints what the phases took.
   *
   * @param size of the model's input where -g says nothing and the model leaves it open; null for
   *     what the model states
   * @param outputs the outputs to ask that model for
   * @param report prints the result and adds it to the JSON; gives the files that were written
   */
  <T> void run(
      String name,
      PictureModel.Size size,
      Fit fit,
      Function<Model, List<String>> outputs,
      Task<T> task,
      Report<T> report) {
    List<Path> pictures = pictures();
    Phases phases = new Phases();
    DecodedAhead first = DecodedAhead.start(pictures.getFirst(), decoding.maxPixels);
    long start = System.nanoTime();
    try (Model model = Models.open(name, decoding.resample)) {
      Options options = run.options(outputs.apply(model));
      try (PictureModel ready =
          PictureModel.of(model, wanted(model, size), fit, options, this::note, first)) {
        phases.add("load", System.nanoTime() - start);
        describe(model.info(), options);
        PictureRun pictureRun;
        T result;
        try (Progress progress = Progress.onTerminal(pictures.size() * repeat)) {
          pictureRun = new PictureRun(ready, repeat, decoding.maxPixels, phases, progress, first);
          result = task.run(ready, pictureRun, phases, pictures);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", model.info().name());
        List<Path> written = report.print(result, ready, json);
        if (repeat > 1) {
          out.line(pictureRun.repeats());
        }
        out.line(phases);
        written.forEach(file -> out.line("wrote %s", file));
        json.put("milliseconds", phases.milliseconds());
        out.json(json);
      }
    }
  }

  private PictureModel.Size wanted(Model model, PictureModel.Size size) {
    boolean open = !model.inputs().getFirst().type().isStatic();
    return run.size != null ? run.size : open ? size : null;
  }

  private void note(String line) {
    out.err().println("vitrine: " + line);
  }

  private void describe(ModelInfo info, Options options) {
    out.line(
        "model   %s (%s, %.1f M parameters, %s)    %s",
        info.name(),
        info.weights().text(),
        info.parameters() / 1e6,
        info.licence().isEmpty() ? "licence not stated" : info.licence(),
        machine(options));
  }

  private static String machine(Options options) {
    int n = options.threads();
    return options.tierHere() + ", " + n + (n == 1 ? " thread" : " threads");
  }
}
