package dev.vitrine.cli;

import dev.vitrine.features.data.RowRange;
import dev.vitrine.features.probe.ExampleSource;
import dev.vitrine.features.probe.Examples;
import dev.vitrine.features.probe.LogisticRegression;
import dev.vitrine.features.probe.LogisticRegression.Fit;
import dev.vitrine.features.probe.LogisticRegression.Sweep;
import dev.vitrine.features.probe.LogisticRegression.Trial;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "train",
    description = {
      "Fits a linear classifier by multinomial logistic regression.",
      "Several values of --c are tried on a share of each class held out; the best one's classifier"
          + " is then fitted to all examples. 'edit --append-head' puts it behind an ONNX model."
    })
final class ProbeTrainCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DATA", description = ProbeCommand.DATA)
  Path data;

  @Option(
      names = "-o",
      paramLabel = "HEAD.safetensors",
      defaultValue = "head.safetensors",
      description = "The classifier to write (default: ${DEFAULT-VALUE}).")
  Path file;

  @Option(
      names = "--c",
      split = ",",
      paramLabel = "C",
      defaultValue = "0.01,0.1,1,10,100",
      description =
          "How much the examples weigh against small weights: minimises C·Σ loss + ½‖w‖² (default:"
              + " ${DEFAULT-VALUE}).")
  List<Double> c;

  @Option(
      names = "--holdout",
      paramLabel = "SHARE",
      defaultValue = "0.2",
      description = "Held out to choose among several C (default: ${DEFAULT-VALUE}).")
  double holdout;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Decides which examples are held out (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--standardise",
      description = "Penalise the weights of features scaled to deviation 1.")
  boolean standardise;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      defaultValue = "1000",
      description = "The most steps of L-BFGS (default: ${DEFAULT-VALUE}).")
  int iterations;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "With features: the class of each row, one a line or .npy (default: the folders in their"
              + " names).")
  Path labels;

  @Option(
      names = "--rows",
      paramLabel = "FROM:TO:STEP",
      converter = HitsReport.RowsConverter.class,
      description = "Take these rows of the data alone, such as 0::2 for every other.")
  RowRange rows = RowRange.ALL;

  @Mixin ProbeOptions probe;

  @Override
  public Integer call() {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || Files.notExists(folder)) {
      throw new VitrineException(
          file + ": can't be written; name a file in a folder that is there");
    }
    LogisticRegression how = new LogisticRegression(standardise, iterations);
    Map<String, String> about = new LinkedHashMap<>();
    ExampleSource source = new ExampleSource(data, labels, rows);
    Examples examples = probe.examples(List.of(source), about::putAll).getFirst();
    long start = System.nanoTime();
    Fit fit;
    List<Trial> trials = List.of();
    if (c.size() == 1) {
      fit = how.fit(examples, c.getFirst(), about);
    } else {
      Sweep sweep = how.sweep(examples, c, holdout, seed, about);
      trials = sweep.trials();
      fit = sweep.fit();
      Table table = new Table("C", "held-out top-1", "steps");
      trials.forEach(t -> table.row(number(t.c()), percent(t.top1()), t.iterations()));
      probe.out.line("%s", table);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double top1 = fit.head().test(examples).top1();
    fit.head().write(file);
    probe.out.line(
        "C = %s on %d × %d × %d: top-1 %s of the examples themselves, %d steps, %.1f s%s",
        number(fit.c()),
        examples.count(),
        examples.width(),
        examples.classes().size(),
        percent(top1),
        fit.iterations(),
        seconds,
        fit.converged() ? "" : "; not converged, raise --iterations");
    probe.out.line("wrote %s", file);
    json(examples, trials, fit, top1, seconds);
    return probe.code();
  }

  private void json(Examples examples, List<Trial> trials, Fit fit, double top1, double seconds) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("examples", examples.count());
    json.put("features", examples.width());
    json.put("classes", examples.classes());
    json.put("skipped", probe.skipped());
    json.put("trials", trials);
    json.put("c", fit.c());
    json.put("iterations", fit.iterations());
    json.put("converged", fit.converged());
    json.put("train_top1", top1);
    json.put("seconds", seconds);
    json.put("head", file.toString());
    probe.out.json(json);
  }

  private static String number(double c) {
    return c == Math.rint(c) && c < 1e6 ? Long.toString((long) c) : Double.toString(c);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }
}
