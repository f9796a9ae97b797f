package dev.vitrine.compiler.quantize;

import dev.vitrine.compiler.check.Difference;
import dev.vitrine.graph.Executor;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Takes products back to float, the most sensitive first, until outputs are close enough. */
final class Ladder {
  /** Samples that decide; the order of sensitivity is told by the first of them. */
  private static final int SAMPLES = 4;

  private final Graph fused;
  private final QuantizeOptions options;
  private final List<Node> attention;
  private final Executor executor;
  private final QuantizeProgress progress;
  private final List<Rung> rungs = new ArrayList<>();

  Ladder(
      Graph fused,
      QuantizeOptions options,
      List<Node> attention,
      Executor executor,
      QuantizeProgress progress) {
    this.fused = fused;
    this.options = options;
    this.attention = attention;
    this.executor = executor;
    this.progress = progress;
  }

  List<Rung> rungs() {
    return rungs;
  }

  private record Sample(Map<String, Tensor> inputs, Map<String, Tensor> expected) {}

  private record Loss(Search.Result result, double loss) {}

  /** The results that stay quantized. */
  List<Search.Result> climb(List<Search.Result> results, Iterable<Map<String, Tensor>> given) {
    List<Sample> samples = new ArrayList<>();
    try (Executor.Prepared reference = executor.prepare(fused)) {
      for (Map<String, Tensor> inputs : given) {
        if (samples.size() == SAMPLES) {
          break;
        }
        samples.add(new Sample(inputs, reference.run(inputs)));
      }
    }
    List<Search.Result> kept = new ArrayList<>(results);
    double cosine = cosine(kept, samples);
    rungs.add(new Rung(null, 0, cosine));
    if (cosine >= options.targetCosine()) {
      return kept;
    }
    List<Loss> order = new ArrayList<>();
    for (Search.Result r : results) {
      order.add(new Loss(r, 1 - cosine(List.of(r), samples.subList(0, 1))));
      progress.at(QuantizeProgress.Phase.RANKING, order.size(), results.size());
    }
    order.sort(Comparator.comparingDouble(l -> -l.loss));
    for (Loss l : order) {
      kept.remove(l.result);
      cosine = cosine(kept, samples);
      String names = l.result.products().stream().map(f -> f.product().name()).toList().toString();
      rungs.add(new Rung(names.substring(1, names.length() - 1), l.loss, cosine));
      progress.at(QuantizeProgress.Phase.RETURNING, rungs.size() - 1, order.size());
      if (cosine >= options.targetCosine()) {
        break;
      }
    }
    return kept;
  }

  /** The mean over samples of the least output's cosine. */
  private double cosine(List<Search.Result> results, List<Sample> samples) {
    Graph graph = Writing.write(fused, options.grade(), results, attention);
    double sum = 0;
    try (Executor.Prepared prepared = executor.prepare(graph)) {
      for (Sample s : samples) {
        Map<String, Tensor> actual = prepared.run(s.inputs);
        double least = 1;
        for (String name : s.expected.keySet()) {
          Tensor expected = s.expected.get(name);
          if (expected.dtype().isFloat()) {
            least = Math.min(least, Difference.of(name, actual.get(name), expected).cosine());
          }
        }
        sum += least;
      }
    }
    return samples.isEmpty() ? 1 : sum / samples.size();
  }
}
