package dev.vitrine.bench;

import dev.vitrine.compiler.check.Difference;
import dev.vitrine.compiler.check.RandomInputs;
import dev.vitrine.engine.Benchmark;
import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Processor;
import dev.vitrine.formats.ModelInput;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "compare",
    description =
        "Times an ONNX file in ONNX Runtime and in Vitrine, in turn, on the same random input, and"
            + " compares what comes out.")
final class CompareCommand implements Callable<Integer> {
  /** How far an output may be from ONNX Runtime's, in parts of its spread. */
  private static final double TOLERANCE = 1e-2;

  @Parameters(index = "0", paramLabel = "MODEL.onnx")
  Path model;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      paramLabel = "N",
      description = "Turns of each (default: ${DEFAULT-VALUE}).")
  int rounds;

  @Option(
      names = "--runs",
      defaultValue = "6",
      paramLabel = "N",
      description = "Runs of a turn that count (default: ${DEFAULT-VALUE}).")
  int runs;

  @Mixin Settings settings;

  @Mixin Report report;

  @Override
  public Integer call() throws IOException {
    if (rounds < 1 || runs < 1 || (long) rounds * runs > 100_000) {
      throw new VitrineException("--rounds and --runs go from 1 up, 100000 runs in all");
    }
    Options options = settings.options();
    Map<String, Tensor> inputs = inputs();
    try (var ort = new OnnxRuntimeRunner(model, inputs, settings.threads);
        var vitrine = new VitrineRunner(model, inputs, options)) {
      List<Difference> differences = differences(vitrine.results(), ort.results());
      Rounds timed = Rounds.of(List.of(ort, vitrine), rounds, runs);
      report(List.of(ort, vitrine), inputs, timed, vitrine.benchmark(), differences);
      boolean same = differences.stream().allMatch(d -> d.within(TOLERANCE));
      return same ? 0 : 1;
    }
  }

  private Map<String, Tensor> inputs() {
    Map<String, Tensor> out = new LinkedHashMap<>();
    SplittableRandom random = new SplittableRandom(0);
    try (Model opened = Model.open(model)) {
      for (ModelInput input : opened.inputs()) {
        TensorType type = new TensorType(input.type().dtype(), shape(input));
        out.put(input.name(), RandomInputs.tensor(type, random));
      }
    }
    return out;
  }

  private Shape shape(ModelInput input) {
    Shape shape = input.type().shape();
    for (int i = 0; i < shape.rank(); i++) {
      if (!shape.dim(i).isStatic()) {
        boolean picture = shape.rank() == 4 && i >= 2;
        if (i > 0 && !(picture && settings.size != null)) {
          throw new VitrineException(
              "input '" + input.name() + "' is " + shape + "; state its size with -g HxW");
        }
        shape =
            shape.with(
                i, Dim.of(i == 0 ? 1 : i == 2 ? settings.size.height() : settings.size.width()));
      }
    }
    return shape;
  }

  private static List<Difference> differences(
      Map<String, Tensor> actual, Map<String, Tensor> expected) {
    List<Difference> out = new ArrayList<>();
    expected.forEach(
        (name, t) -> {
          if (actual.containsKey(name)) {
            out.add(Difference.of(name, actual.get(name), t));
          }
        });
    return out;
  }

  private void report(
      List<Runner> runners,
      Map<String, Tensor> inputs,
      Rounds timed,
      Benchmark benchmark,
      List<Difference> differences)
      throws IOException {
    double[] ratios = timed.ratios(1, 0);
    double ratio = Rounds.median(ratios);
    OptionalDouble peak = benchmark.peak();
    inputs.forEach((name, t) -> report.line("input     %s: %s", name, t.type()));
    report.line("machine   %s, %d threads", Processor.host().name(), settings.threads);
    report.line("rounds    %d of %d runs each, in turn", rounds, runs);
    peak.ifPresent(p -> report.line("peak      %.1f GFLOP/s on registers alone", p));
    report.put("model", model.toString());
    report.put("machine", Processor.host().name());
    report.put("threads", settings.threads);
    report.put("rounds", rounds);
    report.put("runs", runs);
    report.put("gflop", benchmark.gflop());
    report.put("peak_gflops", peak.isPresent() ? peak.getAsDouble() : null);
    for (int i = 0; i < runners.size(); i++) {
      String name = runners.get(i).name();
      double median = timed.median(i);
      report.line("%-22s median %9.3f ms   min %9.3f ms", name, median, timed.min(i));
      report.put(name, Map.of("median_ms", median, "min_ms", timed.min(i)));
    }
    // By the operations that Vitrine does, which may be fewer than the file states.
    double rate = benchmark.gflop() / timed.median(1) * 1e3;
    benchmark
        .share(rate)
        .ifPresent(s -> report.line("share     %.1f %% of the peak by Vitrine", 100 * s));
    Map<String, Double> apart = new LinkedHashMap<>();
    for (Difference d : differences) {
      report.line(
          "output    %s: max abs difference %.2g, cosine %.7f", d.name(), d.maxAbs(), d.cosine());
      apart.put(d.name(), d.maxAbs());
    }
    report.line(
        "ratio     %.3f Vitrine by ONNX Runtime, median of the rounds (%.3f to %.3f)",
        ratio, ratios[0], ratios[ratios.length - 1]);
    report.put("max_abs", apart);
    report.put("ratio", ratio);
    report.write();
  }
}
