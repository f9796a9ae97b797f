package dev.vitrine.bench;

import dev.vitrine.engine.Benchmark;
import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Session;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

final class VitrineRunner implements Runner {
  private final Session session;
  private final Options options;
  private final Map<String, Tensor> inputs;

  VitrineRunner(Path file, Map<String, Tensor> inputs, Options options) {
    this.inputs = inputs;
    this.options = options;
    Map<String, Shape> shapes = new LinkedHashMap<>();
    inputs.forEach((name, t) -> shapes.put(name, t.shape()));
    try (Model model = Model.open(file)) {
      session = model.session(shapes, options);
    }
  }

  @Override
  public String name() {
    return "Vitrine (" + options.tierHere() + ")";
  }

  @Override
  public void run() {
    session.run(inputs);
  }

  @Override
  public Map<String, Tensor> results() {
    return session.run(inputs);
  }

  /** A few more runs, with what the machine can do measured between them. */
  Benchmark benchmark() {
    return Benchmark.of(session, options, inputs, 0, 5);
  }

  @Override
  public void close() {
    session.close();
  }
}
