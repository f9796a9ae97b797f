package dev.vitrine.build;

import dev.vitrine.build.config.CompilerConfig;
import dev.vitrine.build.report.OutputError;
import dev.vitrine.compiler.plan.StepText;
import dev.vitrine.compiler.quantize.Dequantizer;
import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Precision;
import dev.vitrine.engine.Session;
import dev.vitrine.engine.Tier;
import dev.vitrine.formats.Json;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The compiled model: written, read back, checked on what a program hands over, traced. */
final class Backend {
  private final BuiltSource source;
  private final Environment environment;

  /** Those of sessions: the model as it was built, in no other precision. */
  private final Options options;

  Backend(BuiltSource source, Environment environment) {
    this.source = source;
    this.environment = environment;
    boolean bytes = Dequantizer.isQuantized(source.built());
    options = environment.options().precision(bytes ? Precision.INT8 : Precision.F32);
  }

  void write(Path file) {
    try (Model model = Model.of(source)) {
      model.pack(file, source.graphs().stream().map(BuiltSource::shapes).toList(), options);
    }
  }

  /**
   * Checks the compiled model as {@link CompilerConfig} asks for and prints a line for each tensor.
   *
   * <p>Levels 1 and 2 compare the file, read and run, with the program in memory on one thread;
   * level 3 compares it with plain Java.
   *
   * @param graph of the group that the inputs are for
   * @return whether all is well
   */
  boolean check(CompilerConfig config, Path file, Graph graph, Map<String, Tensor> inputs) {
    Options one = options.threads(1);
    Options reference = config.check() == 3 ? one.tier(Tier.PORTABLE) : one;
    Map<String, Tensor> actual;
    Map<String, Tensor> expected;
    if (config.checkMode() == CompilerConfig.CheckMode.CheckPerLayer) {
      Graph shown = showing(graph);
      actual = run(shown, inputs, options);
      expected = run(shown, inputs, reference);
    } else {
      try (Model model = Model.open(file)) {
        actual = model.run(inputs, options);
      }
      expected = run(graph, inputs, reference);
    }
    boolean passed = true;
    List<Pattern> black = patterns(config.checkTensorBlackList());
    for (Map.Entry<String, Tensor> e : expected.entrySet()) {
      if (black.stream().noneMatch(p -> p.matcher(e.getKey()).matches())) {
        passed &= check(config, group(graph), e.getKey(), actual.get(e.getKey()), e.getValue());
      }
    }
    return passed;
  }

  private static List<Pattern> patterns(List<String> texts) {
    List<Pattern> out = new ArrayList<>();
    for (String text : texts) {
      try {
        out.add(Pattern.compile(text));
      } catch (PatternSyntaxException e) {
        throw new VitrineException(
            "compiler.check_tensor_black_list: '" + text + "' is no regular expression", e);
      }
    }
    return out;
  }

  /** As the vendor's tools name a program: by its number among sizes and its batch. */
  private String group(Graph graph) {
    Shape first = graph.inputs().getFirst().shape();
    return "subgraph_npu_%d_b%s"
        .formatted(source.graphs().indexOf(graph), first.rank() == 0 ? "1" : first.dim(0));
  }

  private boolean check(
      CompilerConfig config, String group, String name, Tensor actual, Tensor expected) {
    boolean passed;
    String how;
    if (config.check() == 3) {
      double cosine = OutputError.whole(actual, expected);
      passed = cosine >= config.checkCosine();
      how = String.format(Locale.ROOT, "cosin simularity is %.6f", cosine);
    } else if (config.check() == 2) {
      passed = actual.sameAs(expected);
      how = passed ? "all equal" : "not equal";
    } else {
      double beyond = beyond(actual, expected, config.checkRtol(), config.checkAtol());
      passed = beyond <= 0;
      how =
          passed ? "all close" : String.format(Locale.ROOT, "beyond the tolerance by %.3g", beyond);
    }
    environment.print(
        "check graph [%s] [%s], %s, %s %s: %s",
        group,
        name,
        expected.shape(),
        expected.dtype().text(),
        passed ? "successfully!" : "FAILED",
        how);
    return passed;
  }

  /** By how much a difference is larger than atol + rtol · |expected|; at most 0 when none is. */
  private static double beyond(Tensor actual, Tensor expected, double rtol, double atol) {
    double most = Double.NEGATIVE_INFINITY;
    for (long i = 0; i < expected.count(); i++) {
      double e = expected.real(i);
      double d = Math.abs(actual.real(i) - e) - atol - rtol * Math.abs(e);
      most = Math.max(most, Double.isNaN(d) ? Double.POSITIVE_INFINITY : d);
    }
    return most;
  }

  /** A copy that gives what each node with floating results computes. */
  static Graph showing(Graph graph) {
    Graph copy = graph.copy();
    for (Node n : copy.nodes()) {
      Value v = n.output();
      if (v.dtype().isFloat() && !copy.isOutput(v)) {
        copy.output(v.name(), v);
      }
    }
    return copy;
  }

  Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs, Options options) {
    try (Session session = session(graph, options)) {
      return session.run(inputs);
    }
  }

  /** A session of a graph of static shapes. */
  Session session(Graph graph, Options options) {
    try (Model model = Model.of(new BuiltSource(source.info(), List.of(graph)))) {
      return model.session(Map.of(), options);
    }
  }

  /** Writes when each step of a run began and how long it took, for a browser's trace viewer. */
  void trace(Map<String, Tensor> inputs, Path trace, Path table) {
    List<Map<String, Object>> events = new ArrayList<>();
    StringBuilder csv = new StringBuilder("step,kernel,node,microseconds,gflop\n");
    try (Session session = session(source.built(), options)) {
      session.run(inputs);
      var tasks = session.program().steps();
      double[] now = new double[1];
      session.run(
          inputs,
          (step, nanoseconds) -> {
            double us = nanoseconds / 1e3;
            Map<String, Object> event = new LinkedHashMap<>();
            event.put("name", StepText.name(tasks.get(step).step()));
            event.put("ph", "X");
            event.put("ts", now[0]);
            event.put("dur", us);
            event.put("pid", 0);
            event.put("tid", 0);
            event.put("args", Map.of("node", tasks.get(step).node()));
            events.add(event);
            now[0] += us;
            csv.append(
                String.format(
                    Locale.ROOT,
                    "%d,%s,\"%s\",%.1f,%.4f%n",
                    step,
                    session.kernels().get(step),
                    tasks.get(step).node().replace("\"", "\"\""),
                    us,
                    tasks.get(step).step().flops() / 1e9));
          });
    }
    OutputTree.write(trace, Json.print(Map.of("traceEvents", events)));
    OutputTree.write(table, csv.toString());
  }
}
