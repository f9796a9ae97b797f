package dev.vitrine.cli;

import dev.vitrine.compiler.check.Comparison;
import dev.vitrine.compiler.check.Difference;
import dev.vitrine.engine.Model;
import dev.vitrine.engine.NodeExecutor;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.vision.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "compare",
    description = "Runs two forms of a model on the same input and says how far apart they are.")
final class CompareCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "A file, a folder or a name.")
  String model;

  @Option(
      names = "--against",
      required = true,
      paramLabel = "MODEL",
      description = "The form that is held to be right.")
  String against;

  @Mixin ModelInputs.Named inputs;

  @Option(
      names = "--outputs",
      split = ",",
      paramLabel = "NAME",
      description = "The outputs to compare (default: each model's own).")
  List<String> outputs = List.of();

  @Option(
      names = "--layers",
      description = "Also compare inner values of the same name and say which departs first.")
  boolean layers;

  @Option(
      names = "--min-cosine",
      defaultValue = "0.999",
      paramLabel = "C",
      description = "A lower cosine is a failure, exit code 1 (default: ${DEFAULT-VALUE}).")
  double minCosine;

  @Mixin RunOptions run;
  @Mixin Output out;

  @Override
  public Integer call() {
    try (Model a = Models.open(model);
        Model b = Models.open(against)) {
      if (inputs.files.isEmpty() && inputs.seed == null) {
        inputs.seed = 0L;
      }
      Map<String, Tensor> in = inputs.tensors(b, run.size);
      Map<String, Shape> shapes = new LinkedHashMap<>();
      in.forEach((name, t) -> shapes.put(name, t.shape()));
      Graph actual = a.graph(shapes, outputs);
      Graph expected = b.graph(shapes, outputs);
      var executor = new NodeExecutor(run.options(List.of()));
      List<Difference> inner =
          layers ? Comparison.layers(actual, expected, in, executor) : List.of();
      List<Difference> ends = Comparison.outputs(actual, expected, in, executor);
      return report(inner, ends);
    }
  }

  private int report(List<Difference> inner, List<Difference> ends) {
    List<Difference> all = new ArrayList<>(inner);
    all.addAll(ends);
    Table table = new Table("value", "type", "cosine", "relative L2", "max abs");
    for (Difference d : all) {
      table.row(
          d.name(),
          d.type(),
          format("%.7f", d.cosine()),
          format("%.2e", d.relativeL2()),
          format("%.2e", d.maxAbs()));
    }
    out.line(table);
    if (layers) {
      out.line(
          inner.stream()
              .filter(this::departs)
              .findFirst()
              .map(d -> "first departs: " + d.name() + format(", cosine %.7f", d.cosine()))
              .orElse(inner.size() + " inner values have the same name and agree"));
    }
    List<Difference> bad = ends.stream().filter(this::departs).toList();
    out.line(
        bad.isEmpty()
            ? "the outputs agree"
            : "the outputs differ: "
                + String.join(", ", bad.stream().map(Difference::name).toList()));
    out.json(Map.of("outputs", json(ends), "layers", json(inner), "agree", bad.isEmpty()));
    return bad.isEmpty() ? 0 : Main.CHECK_FAILED;
  }

  private boolean departs(Difference d) {
    return !(d.cosine() >= minCosine);
  }

  private static String format(String format, double value) {
    return String.format(java.util.Locale.ROOT, format, value);
  }

  private static List<Map<String, Object>> json(List<Difference> differences) {
    List<Map<String, Object>> out = new ArrayList<>();
    for (Difference d : differences) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", d.name());
      entry.put("shape", d.type().shape().compact());
      entry.put("cosine", d.cosine());
      entry.put("relative_l2", d.relativeL2());
      entry.put("max_abs", d.maxAbs());
      out.add(entry);
    }
    return out;
  }
}
