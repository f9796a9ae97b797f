package dev.vitrine.graph.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Runs a graph with named sizes at random sizes, and checks that every inferred shape and every
 * symbolic element is what the run gives: the same name stands for the same number everywhere.
 */
final class Soundness {
  private final Graph graph;
  private final Map<String, Long> names = new TreeMap<>();

  private Soundness(Graph graph) {
    this.graph = graph;
  }

  /** Sizes go from {@code least} to {@code most}. */
  static void check(Graph graph, int least, int most, long seed) {
    new Soundness(graph).check(least, most, new Random(seed), "seed " + seed);
  }

  private void check(int least, int most, Random random, String label) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (Value v : graph.inputs()) {
      for (Dim d : v.shape().dims()) {
        for (Dim.Term t : d.terms()) {
          t.names()
              .forEach(n -> names.computeIfAbsent(n, _ -> (long) random.nextInt(least, most + 1)));
        }
      }
      Shape shape = Shape.of(v.shape().dims().stream().mapToLong(this::number).toArray());
      Tensor t = Tensor.zeros(v.dtype(), shape);
      for (long i = 0; i < t.count(); i++) {
        t.set(i, v.dtype() == DType.BOOL ? random.nextInt(2) : random.nextInt(least, most + 1));
      }
      inputs.put(v.name(), t);
    }
    Map<Value, Tensor> results = new HashMap<>();
    Evaluator.run(graph, inputs, results::put);
    for (var e : results.entrySet()) {
      if (e.getKey().type().isKnown()) {
        assertThat(e.getValue().dtype()).as(label).isEqualTo(e.getKey().dtype());
        long[] sizes = e.getValue().shape().sizes();
        check(e.getKey().shape().dims(), sizes, e.getKey() + ", " + label);
      }
      if (graph.symbols(e.getKey()) != null) {
        check(
            graph.symbols(e.getKey()),
            e.getValue().toLongs(),
            e.getKey() + " by symbols, " + label);
      }
    }
  }

  private void check(List<Dim> said, long[] actual, String label) {
    assertThat(said).as(label).hasSize(actual.length);
    for (int i = 0; i < actual.length; i++) {
      Dim d = said.get(i);
      // A name that stands alone is learnt from the first value that shows it.
      if (d.terms().size() == 1 && d.equals(Dim.of(d.toString()))) {
        names.putIfAbsent(d.toString(), actual[i]);
      }
      if (d.terms().stream().allMatch(t -> names.keySet().containsAll(t.names()))) {
        assertThat(actual[i]).as(label + ", " + d + " with " + names).isEqualTo(number(d));
      }
    }
  }

  private long number(Dim d) {
    long sum = 0;
    for (Dim.Term t : d.terms()) {
      long product = t.factor();
      for (String name : t.names()) {
        product *= names.get(name);
      }
      sum += product;
    }
    return sum;
  }
}
