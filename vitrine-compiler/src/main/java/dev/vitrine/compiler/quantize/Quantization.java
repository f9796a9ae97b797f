package dev.vitrine.compiler.quantize;

import dev.vitrine.compiler.fuse.Fuser;
import dev.vitrine.compiler.fused.FusedAttention;
import dev.vitrine.compiler.fused.QuantizedAttention;
import dev.vitrine.compiler.rewrite.PassManager;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Executor;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** One run of the quantizer: fuse, choose sites, calibrate, search, write, check. */
final class Quantization {
  private final QuantizeOptions options;
  private final Executor executor;
  private final QuantizeProgress progress;
  private final Graph fused;
  private final Layers layers;
  // Why a product stays in float; null where it is quantized.
  private final Map<Product, String> why = new LinkedHashMap<>();

  Quantization(Graph model, QuantizeOptions options, Executor executor, QuantizeProgress progress) {
    this.options = options;
    this.executor = executor;
    this.progress = progress;
    fused = model.copy();
    Fuser.fuse(fused, PassManager.Options.defaults());
    layers = new Layers(model, fused, options.layers());
    for (Product p : Product.all(fused)) {
      why.put(p, reason(p));
    }
  }

  private String reason(Product p) {
    LayerConfig config = layers.config(p.node());
    if (p.why() != null && !(p.head() && config != null && config.isQuantized())) {
      return p.why();
    }
    if (options.highestPrecision()) {
      return "the highest precision is asked for";
    }
    return config == null || config.isQuantized() ? null : "its configuration";
  }

  QuantizedModel run(Iterable<Map<String, Tensor>> samples) {
    List<Product> chosen = why.keySet().stream().filter(p -> why.get(p) == null).toList();
    Calibration calibration = new Calibration(fused, chosen);
    int count = chosen.isEmpty() ? 0 : calibration.run(samples, executor, progress);
    if (count == 0 && !chosen.isEmpty() && options.ranges() != Ranges.ROWS) {
      throw new VitrineException(
          "ranges of activations need calibration samples; give some, or quantize by row");
    }
    Map<Product, Activity> activities = new HashMap<>();
    if (count > 0) {
      chosen.forEach(p -> activities.put(p, calibration.of(p)));
    }
    List<Search.Result> results = search(chosen, activities);
    List<Node> attention = attention();
    Ladder ladder = new Ladder(fused, options, attention, executor, progress);
    List<Search.Result> kept =
        options.targetCosine() == 0 ? results : ladder.climb(results, samples);
    return new QuantizedModel(
        Writing.write(fused, options.grade(), kept, attention),
        Writing.reference(fused, kept),
        sites(results, kept, activities),
        ladder.rungs());
  }

  /** Attention whose own products are to be computed on bytes. */
  private List<Node> attention() {
    if (options.transformerLevel() < 2 || options.highestPrecision()) {
      return List.of();
    }
    return fused.nodes().stream()
        .filter(
            n -> {
              LayerConfig config = layers.config(n);
              return n.op() instanceof FusedAttention
                  && n.input(FusedAttention.BIAS) == null
                  && n.input(FusedAttention.Q).dtype() == DType.F32
                  && n.input(FusedAttention.K).type().isStatic()
                  && n.input(FusedAttention.K).shape().size(1) <= QuantizedAttention.MOST_KEYS
                  && (config == null || config.isQuantized());
            })
        .toList();
  }

  private List<Search.Result> search(List<Product> chosen, Map<Product, Activity> activities) {
    List<Source.Group> groups = Source.groups(fused, chosen, options.transformerLevel() > 0);
    Search search = new Search(options, activities);
    AtomicInteger done = new AtomicInteger();
    return groups.parallelStream()
        .map(
            g -> {
              Search.Result r = search.run(g);
              synchronized (progress) {
                progress.at(
                    QuantizeProgress.Phase.SEARCHING, done.incrementAndGet(), groups.size());
              }
              return r;
            })
        .toList();
  }

  private List<Site> sites(
      List<Search.Result> results, List<Search.Result> kept, Map<Product, Activity> activities) {
    Map<Product, Site> found = new HashMap<>();
    for (Search.Result r : results) {
      boolean quantized = kept.contains(r);
      String source = r.group().source() == null ? null : r.group().source().name();
      for (Search.Found f : r.products()) {
        Product p = f.product();
        Activity a = activities.get(p);
        found.put(
            p,
            new Site(
                p.name(),
                layer(p.node()),
                p.depth(),
                p.columns(),
                quantized ? options.grade() : null,
                quantized ? null : "the target",
                source,
                r.strength(),
                f.weight().clip(),
                f.error(),
                a == null ? 0 : least(a.lo()),
                a == null ? 0 : -least(negated(a.hi()))));
      }
    }
    List<Site> out = new ArrayList<>();
    why.forEach((p, reason) -> out.add(reason == null ? found.get(p) : left(p, reason)));
    return out;
  }

  private Site left(Product p, String reason) {
    boolean constant = p.node().input(1).isConstant();
    return new Site(
        p.name(),
        layer(p.node()),
        constant ? p.depth() : 0,
        constant ? p.columns() : 0,
        null,
        reason,
        null,
        0,
        1,
        0,
        0,
        0);
  }

  private String layer(Node n) {
    return layers.of(n).stream().map(Node::name).collect(Collectors.joining(" + "));
  }

  private static float least(float[] values) {
    float least = 0;
    for (float v : values) {
      least = Math.min(least, v);
    }
    return least;
  }

  private static float[] negated(float[] values) {
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = -values[i];
    }
    return out;
  }
}
