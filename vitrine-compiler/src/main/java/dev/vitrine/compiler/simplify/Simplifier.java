package dev.vitrine.compiler.simplify;

import dev.vitrine.compiler.rewrite.Miss;
import dev.vitrine.compiler.rewrite.Pass;
import dev.vitrine.compiler.rewrite.PassManager;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Portable simplification: the result is made of the same kinds of operations as what came in,
 * computes the same in real arithmetic, and keeps named sizes free.
 */
public final class Simplifier {
  /** Constants may grow by this much or by an eighth, whichever is more. */
  private static final long GROWTH = 1 << 20;

  /**
   * @param fuseStandard also write LayerNormalization and Gelu where a graph spells them out
   * @param skipRules names of rules to leave out, of those in {@link #ruleNames}
   * @param verify check the graph after each pass
   * @param stage gets the name of each pass that changed the graph, and the graph after it
   */
  public record Options(
      boolean fuseStandard,
      Set<String> skipRules,
      boolean verify,
      BiConsumer<String, Graph> stage) {
    public Options {
      skipRules = Set.copyOf(skipRules);
    }

    public static Options defaults() {
      return new Options(false, Set.of(), false, (_, _) -> {});
    }

    public Options withFuseStandard(boolean fuse) {
      return new Options(fuse, skipRules, verify, stage);
    }
  }

  /** What a graph holds: nodes by operation, and the bytes of its constants. */
  public record Census(Map<String, Integer> nodes, long bytes) {
    static Census of(Graph graph) {
      Map<String, Integer> nodes = new TreeMap<>();
      graph.nodes().forEach(n -> nodes.merge(n.op().name(), 1, Integer::sum));
      long bytes = 0;
      for (Value v : graph.values()) {
        bytes += v.isConstant() ? v.type().bytes() : 0;
      }
      return new Census(nodes, bytes);
    }

    public int count() {
      return nodes.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /**
   * @param applied how often each rule changed the graph
   * @param misses what was nearly done, with reasons
   */
  public record Report(
      Census before, Census after, Map<String, Integer> applied, List<Miss> misses) {}

  private Simplifier() {}

  /**
   * Simplifies a graph in place.
   *
   * @throws VitrineException for an unknown name of a rule
   */
  public static Report simplify(Graph graph, Options options) {
    Census before = Census.of(graph);
    List<Pass> passes = passes(before.bytes(), options.fuseStandard);
    List<String> names = ruleNames();
    for (String skipped : options.skipRules) {
      if (!names.contains(skipped)) {
        throw new VitrineException(
            "no rule is named '" + skipped + "'; there are " + String.join(", ", names));
      }
    }
    var result =
        PassManager.run(
            graph,
            passes,
            new PassManager.Options(options.verify, options.skipRules, options.stage));
    ShareConstants.run(graph);
    return new Report(before, Census.of(graph), result.applied(), result.misses());
  }

  /** The names of all rules, fusion to standard operations included. */
  public static List<String> ruleNames() {
    return passes(0, true).stream()
        .flatMap(p -> p.rules().stream())
        .map(Rule::name)
        .sorted()
        .toList();
  }

  private static List<Pass> passes(long bytes, boolean fuse) {
    List<Pass> out = new ArrayList<>(List.of(tidying(bytes), weights()));
    if (fuse) {
      out.add(standardFusion());
      out.add(Pass.of("parallel-products", new MergeParallelProducts(), new SplitAfterViews()));
    }
    return out;
  }

  /**
   * The passes that bring a graph into the form that later stages look for: simplified, with
   * LayerNormalization and Gelu.
   */
  public static List<Pass> normalising(Graph graph) {
    return List.of(tidying(graph), weights(), standardFusion());
  }

  /** The pass that clears up after others: what is constant, doubled or without effect goes. */
  public static Pass tidying(Graph graph) {
    return tidying(Census.of(graph).bytes());
  }

  private static Pass tidying(long bytes) {
    return Pass.of(
        "tidying",
        new FoldConstants(Math.max(GROWTH, bytes / 8)),
        new DropNoOps(),
        new DropNanGuard(),
        new FoldShapes(),
        new FoldSizes(),
        new SinkExpand(),
        new CommonSubexpressions(),
        new MergeViews(),
        new MergeSlices(),
        new MergeConcats(),
        new MergeCasts(),
        new SimplifyPower());
  }

  private static Pass weights() {
    return Pass.of(
        "weights",
        new BatchNormIntoConv(),
        new PadIntoConv(),
        new ScaleIntoWeights(),
        new ScalePartIntoWeights(),
        new ShiftIntoBias(),
        new MergeProducts());
  }

  private static Pass standardFusion() {
    return Pass.of("standard-fusion", new FuseLayerNorm(), new FuseGelu());
  }
}
