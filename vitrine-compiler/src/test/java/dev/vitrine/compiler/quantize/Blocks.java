package dev.vitrine.compiler.quantize;

import dev.vitrine.compiler.check.Difference;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small transformers for tests, with weights and samples from a fixed seed. */
final class Blocks {
  static final int TOKENS = 24;
  static final int WIDTH = 32;

  /** One block and a classifier; channel 3 of the first normalisation stands out. */
  static final String BLOCK =
      """
      graph (x: f32[1, 24, 32]) -> (y, logits)
        n1 = LayerNormalization(x, %g1, %b1) { axis: -1, epsilon: 1e-6, stashType: f32 }
        qkv = Linear(n1, %wqkv, %bqkv) { activation: none }
        q = Slice(qkv, [0], [32], [2])
        k = Slice(qkv, [32], [64], [2])
        v = Slice(qkv, [64], [96], [2])
        a = FusedAttention(q, k, v) { heads: 2, scale: 0.25 }
        r = Linear(a, %wo, %bo, x) { activation: none }
        n2 = LayerNormalization(r, %g2, %b2) { axis: -1, epsilon: 1e-6, stashType: f32 }
        h = Linear(n2, %w1, %c1) { activation: gelu }
        y = Linear(h, %w2, %c2, r) { activation: none }
        n3 = LayerNormalization(y, %g3, %b3) { axis: -1, epsilon: 1e-6, stashType: f32 }
        logits = Linear(n3, %wh) { activation: none }
      """;

  private static final Map<String, Shape> SHAPES =
      Map.ofEntries(
          Map.entry("g1", Shape.of(32)),
          Map.entry("b1", Shape.of(32)),
          Map.entry("wqkv", Shape.of(32, 96)),
          Map.entry("bqkv", Shape.of(96)),
          Map.entry("wo", Shape.of(32, 32)),
          Map.entry("bo", Shape.of(32)),
          Map.entry("g2", Shape.of(32)),
          Map.entry("b2", Shape.of(32)),
          Map.entry("w1", Shape.of(32, 64)),
          Map.entry("c1", Shape.of(64)),
          Map.entry("w2", Shape.of(64, 32)),
          Map.entry("c2", Shape.of(32)),
          Map.entry("g3", Shape.of(32)),
          Map.entry("b3", Shape.of(32)),
          Map.entry("wh", Shape.of(32, 10)));

  private static final Graph PARSED = parse(BLOCK, SHAPES);

  private Blocks() {}

  static Graph block() {
    return PARSED.copy();
  }

  /** A graph whose {@code %names} are random constants of those shapes. */
  static Graph parse(String text, Map<String, Shape> shapes) {
    StringBuilder all = new StringBuilder();
    List<String> names =
        shapes.keySet().stream().filter(n -> text.contains("%" + n)).sorted().toList();
    int end = text.indexOf('\n') + 1;
    all.append(text, 0, end);
    Random random = new Random(11);
    for (String name : names) {
      Shape shape = shapes.get(name);
      all.append("  %").append(name).append(": f32").append(shape).append(" = ");
      List<String> values = new ArrayList<>();
      for (long i = 0; i < shape.count(); i++) {
        double v = random.nextGaussian() * (shape.rank() == 2 ? 0.2 : 0.05);
        v = name.startsWith("g") ? 1 + v : v;
        values.add(Float.toString((float) (name.equals("g1") && i == 3 ? 40 : v)));
      }
      all.append(values).append('\n');
    }
    all.append(text.substring(end));
    return GraphParser.parse(all.toString(), List.of("dev.vitrine.compiler.fused"));
  }

  static List<Map<String, Tensor>> samples(int n) {
    List<Map<String, Tensor>> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Random random = new Random(100 + i);
      Tensor x = Tensor.zeros(DType.F32, Shape.of(1, TOKENS, WIDTH));
      for (long j = 0; j < x.count(); j++) {
        x.set(j, random.nextGaussian());
      }
      out.add(Map.of("x", x));
    }
    return out;
  }

  static double cosine(Graph actual, Graph expected, String output) {
    Map<String, Tensor> sample = samples(9).getLast();
    return Difference.of(
            output,
            Evaluator.run(actual, sample).get(output),
            Evaluator.run(expected, sample).get(output))
        .cosine();
  }

  static QuantizedModel quantize(Graph g, int samples, QuantizeOptions options) {
    return Quantizer.quantize(g, samples(samples), options, Evaluator::run, (_, _, _) -> {});
  }
}
