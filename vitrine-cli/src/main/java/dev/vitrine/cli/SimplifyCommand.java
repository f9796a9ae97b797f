package dev.vitrine.cli;

import dev.vitrine.compiler.check.Comparison;
import dev.vitrine.compiler.check.Difference;
import dev.vitrine.compiler.check.RandomInputs;
import dev.vitrine.compiler.simplify.Simplifier;
import dev.vitrine.engine.NodeExecutor;
import dev.vitrine.engine.Options;
import dev.vitrine.formats.onnx.OnnxSource;
import dev.vitrine.formats.onnx.OnnxWriter;
import dev.vitrine.graph.Executor;
import dev.vitrine.graph.Graph;
import dev.vitrine.vision.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "simplify",
    description = "Makes an ONNX model smaller and plainer without changing what it computes.")
final class SimplifyCommand implements Callable<Integer> {
  /** How far an output may move, in parts of its spread: float32 rounding, not another result. */
  private static final double TOLERANCE = 1e-3;

  @Parameters(index = "0", paramLabel = "IN.onnx")
  Path in;

  @Parameters(index = "1", paramLabel = "OUT.onnx")
  Path result;

  @Mixin InputShapes shapes;

  @Option(
      names = "--check",
      defaultValue = "3",
      paramLabel = "N",
      description = "Compare on N random inputs; 0 for none (default: ${DEFAULT-VALUE}).")
  int checks;

  @Option(
      names = "--fuse",
      description = "Also write LayerNormalization and Gelu, raising the opset when it must.")
  boolean fuse;

  @Option(
      names = "--skip",
      split = ",",
      paramLabel = "RULE",
      description = "Leave rules out, by name.")
  Set<String> skip = Set.of();

  @Option(names = "--explain", description = "Say what was nearly done, and why it was not.")
  boolean explain;

  @Mixin Output out;

  @Override
  public Integer call() throws IOException {
    try (OnnxSource source = OnnxSource.open(in)) {
      Graph original = source.graph(shapes.byName(), List.of());
      Graph graph = original.copy();
      Simplifier.Report report =
          Simplifier.simplify(graph, new Simplifier.Options(fuse, skip, true, (_, _) -> {}));
      int opset = Math.max(source.opset(), OnnxWriter.leastOpset(graph));
      if (!check(graph, original)) {
        return Main.CHECK_FAILED;
      }
      OnnxWriter.write(result, graph, opset, source.metadata());
      print(source, report, opset);
    }
    return 0;
  }

  private boolean check(Graph graph, Graph original) {
    Executor executor = new NodeExecutor(Options.defaults());
    for (int i = 0; i < checks; i++) {
      var inputs = RandomInputs.of(original, Map.of(), i);
      for (Difference d : Comparison.outputs(graph, original, inputs, executor)) {
        if (!d.within(TOLERANCE)) {
          out.line(
              "check failed: output '%s' moved by %.3g (its spread is %.3g) with random inputs %d; nothing written",
              d.name(), d.maxAbs(), d.spread(), i);
          return false;
        }
      }
    }
    return true;
  }

  private void print(OnnxSource source, Simplifier.Report report, int opset) throws IOException {
    Table table = new Table("", "Original Model", "Simplified Model");
    Map<String, Integer> a = source.operations();
    Map<String, Integer> b = report.after().nodes();
    Set<String> operations = new TreeSet<>(a.keySet());
    operations.addAll(b.keySet());
    for (String op : operations) {
      table.row(op, a.getOrDefault(op, 0), b.getOrDefault(op, 0));
    }
    table.row("Nodes", sum(a), sum(b));
    table.row("Model Size", mebibytes(sizeOf(in)), mebibytes(sizeOf(result)));
    out.line(table);
    if (opset > source.opset()) {
      out.line("opset %d → %d, for the operations that were fused", source.opset(), opset);
    }
    if (checks > 0) {
      out.line("same outputs on %d random inputs", checks);
    }
    if (explain) {
      report.applied().forEach((rule, n) -> out.line("%-24s applied %d times", rule, n));
      report.misses().forEach(out::line);
    }
    out.line("wrote " + result);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("before", a);
    json.put("after", b);
    json.put("opset", opset);
    json.put("applied", report.applied());
    out.json(json);
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The model's file, and the data beside it if there is any. */
  private static long sizeOf(Path model) throws IOException {
    Path data = model.resolveSibling(model.getFileName() + ".data");
    return Files.size(model) + (Files.exists(data) ? Files.size(data) : 0);
  }

  private static String mebibytes(long bytes) {
    return String.format(java.util.Locale.ROOT, "%.1fMiB", bytes / 1048576.0);
  }
}
