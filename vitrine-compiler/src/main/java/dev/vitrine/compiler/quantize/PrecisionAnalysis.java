package dev.vitrine.compiler.quantize;

import dev.vitrine.compiler.check.Comparison;
import dev.vitrine.compiler.fused.QuantizedAttention;
import dev.vitrine.compiler.fused.QuantizedLinear;
import dev.vitrine.graph.Executor;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures a quantized model layer by layer. */
public final class PrecisionAnalysis {
  /** What a layer is given. */
  public enum Method {
    /** The float model's values: the error is the layer's own. */
    PER_LAYER,
    /** The quantized model's values: errors add up from the input on. */
    END_TO_END
  }

  /** Values that leave one run; more are got by several runs. */
  private static final long BYTES = 256L << 20;

  private PrecisionAnalysis() {}

  /**
   * Compares the values that both graphs compute under one name and type, in the order in which
   * they run; layer by layer, those of quantized layers alone, as the others are exact.
   *
   * @param samples inputs by name; gone through several times
   */
  public static List<LayerPrecision> run(
      QuantizedModel model,
      Iterable<Map<String, Tensor>> samples,
      Method method,
      Executor executor) {
    List<LayerPrecision> out = new ArrayList<>();
    List<Node> part = new ArrayList<>();
    long bytes = 0;
    for (Node n : model.graph().nodes()) {
      boolean exact = method == Method.PER_LAYER && !isQuantized(n);
      if (exact || !isCompared(model, n)) {
        continue;
      }
      long more = n.output().type().isStatic() ? n.output().type().bytes() : 0;
      if (!part.isEmpty() && bytes + more > BYTES) {
        out.addAll(layers(model, part, samples, method, executor));
        part.clear();
        bytes = 0;
      }
      part.add(n);
      bytes += more;
    }
    out.addAll(layers(model, part, samples, method, executor));
    return out;
  }

  private static boolean isQuantized(Node n) {
    return n.op() instanceof QuantizedLinear || n.op() instanceof QuantizedAttention;
  }

  /** The float graph with each quantized product, under its name, beside the float one. */
  private static Graph onFloatInputs(QuantizedModel model) {
    Graph g = model.reference().copy();
    Map<Value, Value> copies = new HashMap<>();
    for (Node n : model.graph().nodes()) {
      boolean product = isQuantized(n);
      if (!product && model.reference().value(n.output().name()) != null) {
        continue;
      }
      List<Value> in = new ArrayList<>();
      for (Value v : n.inputs()) {
        in.add(v == null ? null : copy(g, v, copies));
      }
      List<String> names = n.outputs().stream().map(v -> g.freshName(v.name())).toList();
      Node copy = g.node("", n.op(), in, names);
      for (int i = 0; i < names.size(); i++) {
        if (!product) {
          copies.put(n.outputs().get(i), copy.outputs().get(i));
        }
      }
      if (product) {
        Value old = g.value(n.output().name());
        g.rename(old, g.freshName(old.name() + "_float"));
        g.rename(copy.output(), n.output().name());
        copies.put(n.output(), old);
      }
    }
    return g;
  }

  private static Value copy(Graph g, Value v, Map<Value, Value> copies) {
    return v.isConstant()
        ? copies.computeIfAbsent(v, _ -> g.constant(v.name(), v.constant()))
        : copies.computeIfAbsent(v, _ -> g.value(v.name()));
  }

  private static boolean isCompared(QuantizedModel model, Node n) {
    Value v = n.output();
    Value other = model.reference().value(v.name());
    return other != null
        && other.producer() != null
        && v.type().isKnown()
        && v.dtype().isFloat()
        && v.type().equals(other.type());
  }

  private static List<LayerPrecision> layers(
      QuantizedModel model,
      List<Node> nodes,
      Iterable<Map<String, Tensor>> samples,
      Method method,
      Executor executor) {
    if (nodes.isEmpty()) {
      return List.of();
    }
    Map<String, Agreement> agreements = new LinkedHashMap<>();
    nodes.forEach(n -> agreements.put(n.output().name(), new Agreement(n.output().type())));
    Graph expected = Comparison.showing(model.reference(), agreements.keySet());
    Graph actual =
        method == Method.END_TO_END
            ? Comparison.showing(model.graph(), agreements.keySet())
            : Comparison.showing(onFloatInputs(model), agreements.keySet());
    try (Executor.Prepared float32 = executor.prepare(expected);
        Executor.Prepared quantized = executor.prepare(actual)) {
      for (Map<String, Tensor> sample : samples) {
        Map<String, Tensor> e = float32.run(sample);
        Map<String, Tensor> a = quantized.run(sample);
        agreements.forEach((name, x) -> x.add(a.get(name), e.get(name)));
      }
    }
    List<LayerPrecision> out = new ArrayList<>();
    for (Node n : nodes) {
      Agreement a = agreements.get(n.output().name());
      out.add(
          new LayerPrecision(
              n.name(),
              n.op().name(),
              n.output().name(),
              n.output().type(),
              isQuantized(n),
              a.cosine(),
              a.meanSquare(),
              a.worst(),
              a.cosine(a.worst())));
    }
    return out;
  }
}
