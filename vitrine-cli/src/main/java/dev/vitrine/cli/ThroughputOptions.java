package dev.vitrine.cli;

import dev.vitrine.engine.Latency;
import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Session;
import dev.vitrine.engine.Throughput;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PictureModel.Size;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/**
 * How many pictures a second several instances of a model do, as accelerators' profilers say it.
 */
final class ThroughputOptions {
  @Option(
      names = "--throughput",
      description =
          "Let instances of the model work side by side, which share the threads, and print pictures"
              + " a second (qps) and percentiles; --repeat counts batches.")
  boolean wanted;

  @Option(
      names = "-i",
      defaultValue = "1",
      paramLabel = "INSTANCES",
      description = "Instances of --throughput (default: ${DEFAULT-VALUE}).")
  int instances;

  @Option(
      names = {"-b", "--batch"},
      defaultValue = "1",
      paramLabel = "BATCH",
      description = "Pictures of a run, of random input (default: ${DEFAULT-VALUE}).")
  int batch;

  @Option(
      names = "-q",
      defaultValue = "0",
      paramLabel = "QUEUE",
      description =
          "Batches of --throughput that may wait; 0 asks for the next when one is done, for the"
              + " least latency (default: ${DEFAULT-VALUE}).")
  int queue;

  void check() {
    if (!wanted && (instances != 1 || queue != 0)) {
      throw new VitrineException("-i and -q go with --throughput");
    }
    Throughput.check("instances (-i)", instances, 1, 1024);
    Throughput.check("pictures of a batch (-b)", batch, 1, 4096);
  }

  /** The tensors for a run. */
  Map<String, Tensor> tensors(ModelInputs inputs, Model model, Size size) {
    if (batch > 1 && !inputs.files().isEmpty()) {
      throw new VitrineException("-b goes with random input; --input says how many there are");
    }
    Map<String, Tensor> out = inputs.tensors(model, size, batch);
    long pictures = pictures(out);
    if (batch > 1 && pictures != batch) {
      throw new VitrineException(
          "%s takes batches of %d; vitrine edit MODEL OUT --set-batch %d makes one of %d"
              .formatted(model.info().name(), pictures, batch, batch));
    }
    return out;
  }

  private static long pictures(Map<String, Tensor> inputs) {
    Shape first = inputs.values().iterator().next().shape();
    return first.rank() == 0 ? 1 : first.size(0);
  }

  /** Times as many sessions as there are instances. */
  void measure(
      Model model, Map<String, Tensor> inputs, Options options, int warmUps, int runs, Output out) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    inputs.forEach((name, t) -> shapes.put(name, t.shape()));
    Options each = options.threads(Math.max(1, options.threads() / instances));
    List<Session> sessions = new ArrayList<>();
    try {
      for (int i = 0; i < instances; i++) {
        sessions.add(model.session(shapes, each));
      }
      Throughput t = Throughput.of(sessions, inputs, queue, warmUps, runs);
      report(
          model,
          inputs,
          each,
          sessions.getFirst().precision(),
          t,
          t.rate() * pictures(inputs),
          out);
    } finally {
      sessions.forEach(Session::close);
    }
  }

  private void report(
      Model model,
      Map<String, Tensor> inputs,
      Options each,
      String precision,
      Throughput t,
      double rate,
      Output out) {
    String input =
        inputs.entrySet().stream()
            .map(e -> e.getKey() + ": " + e.getValue().type())
            .collect(Collectors.joining(", "));
    out.line("model input shape: %s", input);
    out.line("- number of instances: %d", instances);
    out.line("  devices: [cpu], %s, threads each: %d", each.tierHere(), each.threads());
    out.line("  queue size: %d", queue);
    out.line("  batch size: %d", pictures(inputs));
    out.line("  throughput (qps): %.2f", rate);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model.info().name());
    json.put("input", input);
    json.put("tier", each.tierHere());
    json.put("precision", precision.split(" ")[0]);
    json.put("instances", instances);
    json.put("threads", each.threads());
    json.put("queue_size", queue);
    json.put("batch_size", pictures(inputs));
    json.put("runs", t.runs());
    json.put("throughput_qps", rate);
    json.put("e2e_latency_us", percentiles("e2e latency", t.endToEnd(), out));
    json.put("model_latency_us", percentiles("model latency", t.model(), out));
    out.json(json);
  }

  private static Map<String, Long> percentiles(String what, Latency l, Output out) {
    Map<String, Double> all = new LinkedHashMap<>();
    all.put("avg", l.mean());
    all.put("min", l.min());
    all.put("max", l.max());
    all.put("p50", l.median());
    all.put("p90", l.p90());
    all.put("p95", l.p95());
    all.put("p99", l.p99());
    out.line("  %s (us):", what);
    Map<String, Long> json = new LinkedHashMap<>();
    all.forEach(
        (name, milliseconds) -> {
          json.put(name, Math.round(milliseconds * 1e3));
          out.line("    %s latency: %d", name, json.get(name));
        });
    return json;
  }
}
