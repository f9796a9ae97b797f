package dev.vitrine.cli;

import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Processor;
import dev.vitrine.engine.Stage;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.ModelInput;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    description = "Says what a model or this machine has, or prints a stage of a model.")
final class InspectCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A file, a folder or a name.")
  String model;

  @Option(
      names = "--stage",
      paramLabel = "STAGE",
      description = "Print the model's text at this stage: imported, simplified, fused, planned.")
  String stage;

  @Option(
      names = "--outputs",
      split = ",",
      paramLabel = "NAME",
      description = "The outputs wanted (default: the model's own).")
  List<String> outputs = List.of();

  @Option(
      names = "--machine",
      description = "Say instead what this machine has: its processor, tiers, and measured peaks.")
  boolean machine;

  @Mixin RunOptions run;
  @Mixin Output out;

  @Override
  public Integer call() {
    if (machine == (model != null)) {
      throw new VitrineException("inspect takes either a MODEL or --machine");
    }
    if (machine) {
      printMachine();
      return 0;
    }
    try (Model opened = Models.open(model)) {
      Map<String, Shape> shapes = new LinkedHashMap<>();
      for (ModelInput input : opened.inputs()) {
        shapes.put(input.name(), ModelInputs.shape(opened.info(), input, run.size));
      }
      Options options = run.options(outputs);
      if (stage != null) {
        out.line(opened.dump(Stage.parse(stage), shapes, options).stripTrailing());
      } else {
        print(opened, opened.summary(shapes, options));
      }
    }
    return 0;
  }

  private void printMachine() {
    Processor host = Processor.host();
    Map<String, Double> peaks = Processor.peaks();
    out.line("processor   %s", host.name());
    out.line("features    %s", String.join(" ", host.features()));
    out.line("caches      %d KiB, %d KiB a core", host.l1() >> 10, host.l2() >> 10);
    if (host.refusal() != null) {
      out.line("no machine code: %s", host.refusal());
    }
    for (String tier : host.tiers()) {
      Double peak = peaks.get(tier);
      out.line(
          "tier        %s%s%s",
          tier,
          peak == null ? "" : BenchCommand.format(", %.1f GFLOP/s a core at most", peak),
          tier.equals(host.choice()) ? "  <--" : "");
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("processor", host.name());
    json.put("features", host.features());
    json.put("l1_bytes", host.l1());
    json.put("l2_bytes", host.l2());
    json.put("refusal", host.refusal());
    json.put("tiers", host.tiers());
    json.put("choice", host.choice());
    json.put("peak_gflops", peaks);
    out.json(json);
  }

  private void print(Model opened, Model.Summary summary) {
    ModelInfo info = opened.info();
    out.line("model       %s", info.name());
    out.line("family      %s %s", info.family(), info.architecture());
    out.line("licence     %s", info.licence().isEmpty() ? "not stated" : info.licence());
    out.line("parameters  %,d, %s", info.parameters(), info.weights().text());
    opened.inputs().forEach(i -> out.line("input       %s: %s", i.name(), i.type()));
    out.line("outputs     %s", String.join(", ", opened.outputs()));
    out.line("");
    out.line("for %s:", summary.shapes());
    if (!summary.operations().isEmpty()) {
      Table table = new Table("", "imported", "simplified", "fused");
      summary.operations().forEach((op, n) -> table.row(op, n.get(0), n.get(1), n.get(2)));
      out.line(table);
    }
    out.line(
        "%d steps, %.2f GFLOP, %.1f MiB of weights, %.1f MiB of working memory",
        summary.steps(),
        summary.flops() / 1e9,
        summary.constantBytes() / 1048576.0,
        summary.arenaBytes() / 1048576.0);
    out.json(json(opened, summary));
  }

  private static Map<String, Object> json(Model opened, Model.Summary summary) {
    ModelInfo info = opened.info();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", info.name());
    json.put("family", info.family());
    json.put("architecture", info.architecture());
    json.put("licence", info.licence());
    json.put("parameters", info.parameters());
    json.put("weights", info.weights().text());
    Map<String, String> inputs = new LinkedHashMap<>();
    opened.inputs().forEach(i -> inputs.put(i.name(), i.type().toString()));
    json.put("inputs", inputs);
    json.put("outputs", opened.outputs());
    json.put("operations", summary.operations());
    json.put("steps", summary.steps());
    json.put("gflop", summary.flops() / 1e9);
    json.put("weight_bytes", summary.constantBytes());
    json.put("arena_bytes", summary.arenaBytes());
    return json;
  }
}
