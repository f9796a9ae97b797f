package dev.vitrine.cli;

import dev.vitrine.engine.EngineExecutor;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Tier;
import dev.vitrine.formats.onnx.Conformance;
import dev.vitrine.formats.onnx.Conformance.Report;
import dev.vitrine.formats.onnx.Conformance.Result;
import dev.vitrine.formats.onnx.Conformance.Status;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Executor;
import dev.vitrine.vision.Table;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "conformance",
    description = "Runs ONNX's node test cases and prints which pass, by operation.")
final class ConformanceCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ZIP|DIR", description = "The cases: folders that hold a model.onnx.")
  Path cases;

  @Option(
      names = "--tier",
      paramLabel = "TIER",
      converter = RunOptions.TierConverter.class,
      description = "Run through the engine, on at most this tier (default: plain evaluation).")
  Tier tier;

  @Mixin Output out;

  @Override
  public Integer call() {
    Executor executor =
        tier == null
            ? Evaluator::run
            : new EngineExecutor(Options.defaults().tier(tier).warnings(_ -> {}));
    Report report = Conformance.run(cases, executor, _ -> {});
    Map<String, int[]> byOperation = new TreeMap<>();
    for (Result r : report.results()) {
      for (String operation : r.operations()) {
        byOperation.computeIfAbsent(operation, _ -> new int[3])[r.status().ordinal()]++;
      }
    }
    Table table = new Table("operation", "passed", "failed", "not supported");
    byOperation.forEach((operation, n) -> table.row(operation, n[0], n[1], n[2]));
    out.line(table);
    for (Result r : report.results()) {
      if (r.status() != Status.PASSED) {
        out.line("%-13s %s: %s", word(r.status()), r.name(), r.reason());
      }
    }
    out.line(
        "%d passed, %d failed, %d not supported, of %d",
        report.count(Status.PASSED),
        report.count(Status.FAILED),
        report.count(Status.UNSUPPORTED),
        report.results().size());
    out.json(json(report));
    return report.count(Status.FAILED) == 0 ? 0 : Main.CHECK_FAILED;
  }

  private static String word(Status status) {
    return status == Status.UNSUPPORTED ? "not supported" : status.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> json(Report report) {
    Map<String, Object> json = new LinkedHashMap<>();
    for (Status s : Status.values()) {
      json.put(s.name().toLowerCase(Locale.ROOT), report.count(s));
    }
    List<Map<String, String>> cases =
        report.results().stream().map(ConformanceCommand::json).toList();
    json.put("cases", cases);
    return json;
  }

  private static Map<String, String> json(Result r) {
    Map<String, String> json = new LinkedHashMap<>();
    json.put("name", r.name());
    json.put("status", r.status().name().toLowerCase(Locale.ROOT));
    json.put("reason", r.reason());
    return json;
  }
}
