package dev.vitrine.cli;

import dev.vitrine.engine.KernelBenchmark;
import dev.vitrine.engine.Workload;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "bench-kernel",
    description =
        "Times every kernel that can do a piece of work here; <-- marks the one that is used.")
final class BenchKernelCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "WORK",
      converter = WorkConverter.class,
      description = "${COMPLETION-CANDIDATES}",
      completionCandidates = WorkConverter.class)
  Workload work;

  @Parameters(index = "1", paramLabel = "SIZES", description = "Its sizes, such as 1370,384,1536.")
  String sizes;

  @Option(
      names = "--precision",
      defaultValue = "f32",
      paramLabel = "P",
      description = "f32, or int8 for the same work on bytes (default: ${DEFAULT-VALUE}).")
  String precision;

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
    List<KernelBenchmark> all = new ArrayList<>();
    for (Workload w : works()) {
      all.addAll(KernelBenchmark.ofAll(w, sizes, threads, warmUps, runs));
    }
    Table table = new Table("kernel", "ms", "GFLOP/s", "peak", "of peak", "");
    List<Map<String, Object>> json = new ArrayList<>();
    for (KernelBenchmark p : all) {
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
        "%s, threads: %d; peaks are of each kernel's vectors, in f32",
        all.getFirst().time().detail(), threads);
    out.line(table);
    out.json(Map.of("kernels", json));
    return 0;
  }

  private List<Workload> works() {
    return switch (precision) {
      case "f32" -> List.of(work);
      case "int8" -> work.quantized();
      default ->
          throw new VitrineException(
              "--precision is '%s'; choose f32 or int8".formatted(precision));
    };
  }

  /** Reads a kind of work, and lists them with their sizes. */
  static final class WorkConverter implements ITypeConverter<Workload>, Iterable<String> {
    @Override
    public Workload convert(String text) {
      return Workload.parse(text);
    }

    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Workload.values()).map(w -> w.text() + " " + w.sizes()).iterator();
    }
  }
}
