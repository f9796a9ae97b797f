package dev.vitrine.cli;

import dev.vitrine.engine.Benchmark;
import dev.vitrine.engine.Latency;
import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Processor;
import dev.vitrine.engine.Session;
import dev.vitrine.engine.machine.PerfMap;
import dev.vitrine.formats.AtomicFile;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.vision.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "bench",
    description =
        "Times a model, on random input if no other is given, against what this machine can do.")
final class BenchCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "A file, a folder or a name.")
  String model;

  @Mixin ModelInputs.Plain inputs;

  @Mixin ThroughputOptions throughput;

  @Option(
      names = {"-r", "--repeat"},
      defaultValue = "100",
      paramLabel = "N",
      description = "Runs that count (default: ${DEFAULT-VALUE}).")
  int runs;

  @Option(
      names = {"-w", "--warm-up"},
      defaultValue = "5",
      paramLabel = "N",
      description = "Runs before them that don't (default: ${DEFAULT-VALUE}).")
  int warmUps;

  @Option(
      names = "--outputs",
      split = ",",
      paramLabel = "NAME",
      description = "The outputs wanted (default: the model's own).")
  List<String> outputs = List.of();

  @Option(names = "--profile", description = "Print what each step takes, and each kernel in all.")
  boolean profile;

  @Option(
      names = "--dump-code",
      paramLabel = "DIR",
      description = "Write the machine code of the kernels there, with a README on how to read it.")
  Path dump;

  @Option(
      names = "--explain",
      description = "Say what was nearly fused and why it was not, and which steps have no kernel.")
  boolean explain;

  @Option(
      names = "--perf-map",
      description = "Name the generated code for Linux's perf, in /tmp/perf-PID.map.")
  boolean perfMap;

  @Mixin RunOptions run;
  @Mixin Output out;

  @Override
  public Integer call() throws IOException {
    throughput.check();
    if (perfMap) {
      System.setProperty(PerfMap.PROPERTY, "true");
    }
    long start = System.nanoTime();
    try (Model opened = Models.open(model)) {
      double openMillis = (System.nanoTime() - start) * 1e-6;
      if (inputs.files().isEmpty() && inputs.seed == null) {
        inputs.seed = 0L;
      }
      Map<String, Tensor> in = throughput.tensors(inputs, opened, run.size);
      Map<String, Shape> shapes = new LinkedHashMap<>();
      in.forEach((name, t) -> shapes.put(name, t.shape()));
      Options options = run.options(outputs);
      if (throughput.wanted) {
        throughput.measure(opened, in, options, warmUps, runs, out);
        return 0;
      }
      try (Session session = opened.session(shapes, options)) {
        double loadMillis = openMillis + session.loadTime().toNanos() * 1e-6;
        if (dump != null) {
          dump(session.machineCode());
        }
        if (explain) {
          explain(opened, shapes, options, session);
        }
        Benchmark result = Benchmark.of(session, options, in, warmUps, runs);
        report(opened.info().name(), in, options, session.precision(), loadMillis, result);
      }
    }
    return 0;
  }

  private void report(
      String name,
      Map<String, Tensor> in,
      Options options,
      String precision,
      double load,
      Benchmark b) {
    Latency l = b.latency();
    OptionalLong rss = Benchmark.peakMemory();
    OptionalDouble share = b.share(b.rate());
    String input =
        in.entrySet().stream()
            .map(e -> e.getKey() + ": " + e.getValue().type())
            .collect(Collectors.joining(", "));
    out.line("model     %s, %s", name, input);
    out.line(
        "machine   %s, %s, %d threads",
        Processor.host().name(), options.tierHere(), options.threads());
    out.line("precision %s", precision);
    out.line(
        "latency   min %.3f   median %.3f   mean %.3f   p90 %.3f   p99 %.3f   max %.3f ms (%d runs)",
        l.min(), l.median(), l.mean(), l.p90(), l.p99(), l.max(), runs);
    out.line("work      %.3f GFLOP, %.1f GFLOP/s", b.gflop(), b.rate());
    out.line(
        b.peak().isPresent()
            ? format(
                "peak      %.1f GFLOP/s on registers alone; this is %s of it",
                b.peak().getAsDouble(), percent(share))
            : "peak      not measured: tier " + options.tierHere() + " has no machine code");
    out.line("load      %.0f ms", load);
    rss.ifPresent(bytes -> out.line("memory    %.0f MiB resident at most", bytes / 1048576.0));
    if (profile) {
      out.line(table(b, b.steps(), "step", "shape", true));
      out.line(table(b, b.byKernel(), "kernel", "steps", false));
      out.line("the steps explain %.1f %% of the time of the runs", 100 * b.explained());
    }

    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", name);
    json.put("input", input);
    json.put("tier", options.tierHere());
    json.put("precision", precision.split(" ")[0]);
    json.put("threads", options.threads());
    json.put("isa", String.join(" ", Processor.host().features()));
    json.put("runs", runs);
    Map<String, Object> latency = new LinkedHashMap<>();
    latency.put("min", l.min());
    latency.put("median", l.median());
    latency.put("mean", l.mean());
    latency.put("p90", l.p90());
    latency.put("p99", l.p99());
    latency.put("max", l.max());
    json.put("latency_ms", latency);
    json.put("load_ms", load);
    json.put("gflop", b.gflop());
    json.put("gflops", b.rate());
    json.put("peak_gflops", orNull(b.peak()));
    json.put("peak_fraction", orNull(share));
    json.put("peak_rss_mb", rss.isPresent() ? rss.getAsLong() / 1048576.0 : null);
    out.json(json);
  }

  private static Table table(
      Benchmark b, List<Benchmark.Timing> timings, String what, String detail, boolean numbered) {
    Table table = new Table(what, detail, "ms", "GFLOP/s", "of peak", "of total");
    for (int i = 0; i < timings.size(); i++) {
      Benchmark.Timing t = timings.get(i);
      OptionalDouble part = OptionalDouble.of(t.milliseconds() / b.latency().median());
      table.row(
          numbered ? format("%3d  %s", i, t.kernel()) : t.kernel(),
          t.detail(),
          format("%.3f", t.milliseconds()),
          format("%.1f", t.rate()),
          percent(b.share(t.rate())),
          percent(part));
    }
    return table;
  }

  private void explain(Model opened, Map<String, Shape> shapes, Options options, Session session) {
    var fusion = opened.fusion(shapes, options);
    fusion.applied().forEach((rule, n) -> out.line("%-24s applied %d times", rule, n));
    fusion.misses().forEach(out::line);
    for (int i = 0; i < session.kernels().size(); i++) {
      String kernel = session.kernels().get(i);
      if (kernel.contains("portable") || kernel.startsWith("reference")) {
        out.line(
            "step %d runs without machine code, as %s: node '%s'",
            i, kernel, session.program().steps().get(i).node());
      }
    }
  }

  private void dump(Map<String, byte[]> codes) throws IOException {
    Files.createDirectories(dump);
    StringBuilder readme =
        new StringBuilder(
            "Machine code of kernels, each with its constants behind it. To read one:\n\n");
    codes.forEach(
        (name, code) -> {
          AtomicFile.write(dump.resolve(name + ".bin"), code);
          readme
              .append("objdump -D -b binary -m i386:x86-64 -M intel ")
              .append(name)
              .append(".bin\n");
        });
    AtomicFile.write(dump.resolve("README"), readme.toString().getBytes(StandardCharsets.UTF_8));
    out.line("wrote %d kernels to %s", codes.size(), dump);
  }

  static Double orNull(OptionalDouble x) {
    return x.isPresent() ? x.getAsDouble() : null;
  }

  /** A share as percent; a dash where it is unknown. */
  static String percent(OptionalDouble share) {
    return share.isPresent() ? format("%.1f %%", 100 * share.getAsDouble()) : "–";
  }

  static String format(String format, Object... args) {
    return String.format(Locale.ROOT, format, args);
  }
}
