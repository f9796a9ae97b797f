package dev.vitrine.cli;

import dev.vitrine.engine.ProductBenchmark;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "bench-kernel",
    description =
        "Times every kernel that can do a piece of work here; <-- marks the one that is used.")
final class BenchKernelCommand implements Callable<Integer> {
  private static final Pattern SIZES = Pattern.compile("(\\d{1,8}),(\\d{1,8}),(\\d{1,8})");

  @Parameters(index = "0", paramLabel = "KIND", description = "gemm: a product of matrices.")
  String kind;

  @Parameters(
      index = "1",
      paramLabel = "M,K,N",
      description = "Its sizes: M rows times K, by K times N columns.")
  String sizes;

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description = "Threads that share the work (default: ${DEFAULT-VALUE}).")
  int threads;

  @Option(
      names = {"-r", "--repeat"},
      defaultValue = "30",
      paramLabel = "N",
      description = "Runs that count (default: ${DEFAULT-VALUE}).")
  int runs;

  @Option(
      names = {"-w", "--warm-up"},
      defaultValue = "3",
      paramLabel = "N",
      description = "Runs before them that don't (default: ${DEFAULT-VALUE}).")
  int warmUps;

  @Mixin Output out;

  @Override
  public Integer call() {
    Matcher m = SIZES.matcher(sizes);
    if (!kind.equals("gemm") || !m.matches()) {
      throw new VitrineException(
          "'"
              + kind
              + " "
              + sizes
              + "' can't be timed; write gemm and three sizes, such as gemm 1370,384,1536");
    }
    List<ProductBenchmark> all =
        ProductBenchmark.ofAll(size(m, 1), size(m, 2), size(m, 3), threads, warmUps, runs);
    Table table = new Table("kernel", "ms", "GFLOP/s", "peak", "of peak", "");
    List<Map<String, Object>> json = new ArrayList<>();
    for (ProductBenchmark p : all) {
      var time = p.time();
      Double peak = BenchCommand.orNull(p.benchmark().peak());
      var share = p.benchmark().share(time.rate());
      table.row(
          time.kernel(),
          BenchCommand.format("%.3f", time.milliseconds()),
          BenchCommand.format("%.1f", time.rate()),
          peak == null ? "–" : BenchCommand.format("%.1f", peak),
          BenchCommand.percent(share),
          p.chosen() ? "<--" : "");
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("kernel", time.kernel());
      entry.put("median_ms", time.milliseconds());
      entry.put("gflops", time.rate());
      entry.put("peak_gflops", peak);
      entry.put("peak_fraction", BenchCommand.orNull(share));
      entry.put("chosen", p.chosen());
      json.add(entry);
    }
    out.line(
        "%s, threads: %d; peaks are of each kernel's vectors",
        all.getFirst().time().detail(), threads);
    out.line(table);
    out.json(Map.of("kernels", json));
    return 0;
  }

  private static int size(Matcher m, int group) {
    return Integer.parseInt(m.group(group));
  }
}
