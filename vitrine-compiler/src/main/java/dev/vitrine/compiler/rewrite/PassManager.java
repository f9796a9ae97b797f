package dev.vitrine.compiler.rewrite;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Runs passes one after the other, and all of them again until none changes anything. */
public final class PassManager {
  private static final int ROUNDS = 50;

  /**
   * @param verify check the graph after each pass, and let no fault of a rule go by
   * @param skip names of rules to leave out
   * @param stage gets the name of each pass that changed the graph, and the graph after it
   */
  public record Options(boolean verify, Set<String> skip, BiConsumer<String, Graph> stage) {
    public Options {
      skip = Set.copyOf(skip);
    }

    public static Options defaults() {
      return new Options(false, Set.of(), (_, _) -> {});
    }
  }

  /**
   * @param applied how often each rule changed the graph
   * @param misses near misses that hold for the result
   */
  public record Result(Map<String, Integer> applied, List<Miss> misses) {}

  private PassManager() {}

  /** Changes the graph in place; the same graph and passes always give the same result. */
  public static Result run(Graph graph, List<Pass> passes, Options options) {
    Map<String, Integer> applied = new TreeMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      List<Miss> misses = new ArrayList<>();
      boolean changed = false;
      for (Pass pass : passes) {
        List<Rule> rules =
            pass.rules().stream().filter(r -> !options.skip.contains(r.name())).toList();
        Rewriter rewriter = new Rewriter(graph, rules, options.verify);
        if (rewriter.run()) {
          changed = true;
          options.stage.accept(pass.name(), graph);
        }
        if (options.verify) {
          Verifier.verify(graph);
        }
        rewriter.applied.forEach((rule, n) -> applied.merge(rule, n, Integer::sum));
        misses.addAll(rewriter.misses);
      }
      if (!changed) {
        return new Result(applied, misses);
      }
    }
    throw new IllegalStateException("passes don't settle: " + applied);
  }
}
