package dev.vitrine.compiler.quantize;

import dev.vitrine.graph.Executor;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Gather;
import dev.vitrine.graph.op.ReduceMax;
import dev.vitrine.graph.op.ReduceMin;
import dev.vitrine.graph.op.Reshape;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs samples through the float graph and gathers what the products read. The graph itself reduces
 * each value to its channels' ranges and some of its rows, so that no more leaves a run.
 */
final class Calibration {
  private static final int ROWS_PER_SAMPLE = 256;
  private static final int MOST_ROWS = 1536;
  private static final int LEAST_ROWS = 64;

  /** What all rows that are kept may take. */
  private static final long BYTES = 256L << 20;

  private final Graph fused;
  private final Map<Value, Activity> activities = new LinkedHashMap<>();

  /**
   * @param products whose inputs to watch
   */
  Calibration(Graph fused, List<Product> products) {
    this.fused = fused;
    long width =
        products.stream().map(Product::x).distinct().mapToLong(v -> v.shape().size(-1)).sum();
    long rows = Math.clamp(BYTES / Math.max(1, width * Float.BYTES), LEAST_ROWS, MOST_ROWS);
    for (Product p : products) {
      activities.computeIfAbsent(p.x(), _ -> new Activity(p.depth(), (int) rows));
    }
  }

  /** Goes through all samples; returns how many there were. */
  int run(Iterable<Map<String, Tensor>> samples, Executor executor, QuantizeProgress progress) {
    Map<String, Shape> shapes = Map.of();
    Executor.Prepared prepared = null;
    int count = 0;
    try {
      for (Map<String, Tensor> sample : samples) {
        Map<String, Shape> now = new HashMap<>();
        sample.forEach((name, t) -> now.put(name, t.shape()));
        if (!now.equals(shapes)) {
          if (prepared != null) {
            prepared.close();
          }
          shapes = now;
          prepared = executor.prepare(watching(sample));
        }
        take(prepared.run(sample));
        progress.at(QuantizeProgress.Phase.CALIBRATING, ++count, 0);
      }
    } finally {
      if (prepared != null) {
        prepared.close();
      }
    }
    return count;
  }

  Activity of(Product p) {
    return activities.get(p.x());
  }

  private void take(Map<String, Tensor> out) {
    int i = 0;
    for (Activity a : activities.values()) {
      a.range(out.get("lo" + i).toFloats(), out.get("hi" + i).toFloats());
      a.rows(out.get("rows" + i).toFloats());
      i++;
    }
  }

  /** A copy of the graph for that sample's shapes that gives ranges and rows instead. */
  private Graph watching(Map<String, Tensor> sample) {
    Graph g = fused.copy();
    for (String name : List.copyOf(g.outputs().keySet())) {
      g.removeOutput(name);
    }
    for (Value v : g.inputs()) {
      Tensor t = sample.get(v.name());
      if (t != null) {
        g.setInputType(v, t.type());
      }
    }
    int i = 0;
    Value first = g.constant("axis", Tensor.ints(0));
    for (Value watched : activities.keySet()) {
      Value x = g.value(watched.name());
      long depth = x.shape().size(-1);
      long rows = x.shape().count() / depth;
      Value flat = g.add(new Reshape(false), x, g.constant("shape", Tensor.ints(rows, depth)));
      g.output("lo" + i, g.add(new ReduceMin(false, false), flat, first));
      g.output("hi" + i, g.add(new ReduceMax(false, false), flat, first));
      g.output("rows" + i, g.add(new Gather(0), flat, g.constant("rows", Tensor.ints(some(rows)))));
      i++;
    }
    g.removeDead();
    return g;
  }

  /** Indices spread evenly over the rows, the first row included. */
  private static long[] some(long rows) {
    int n = (int) Math.min(rows, ROWS_PER_SAMPLE);
    long[] out = new long[n];
    for (int i = 0; i < n; i++) {
      out[i] = rows * i / n;
    }
    return out;
  }
}
