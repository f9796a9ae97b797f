package dev.vitrine.engine;

import dev.vitrine.compiler.check.RandomInputs;
import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A kernel timed.
 *
 * @param benchmark of a session whose one step is the work
 * @param chosen whether sessions use this kernel when nothing else is asked for
 */
public record KernelBenchmark(Benchmark benchmark, boolean chosen) {
  /** Runs of one kernel before it is another's turn: most of them find its own data near. */
  private static final int IN_A_ROW = 8;

  /** Of the work alone, without copying inputs and outputs. */
  public Benchmark.Timing time() {
    return benchmark.steps().getFirst();
  }

  /**
   * Times a piece of work on every tier that this machine has and that has a kernel of its own for
   * it, best first. A few runs each in turn, so that whatever else the machine does meets them all.
   *
   * @param sizes as {@link Workload#graph} takes them
   * @throws VitrineException for sizes that are out of bounds
   */
  public static List<KernelBenchmark> ofAll(
      Workload work, String sizes, int threads, int warmUps, int runs) {
    Graph graph = work.graph(sizes);
    Program program = Planner.plan(graph);
    Map<String, Tensor> inputs = RandomInputs.of(graph, Map.of(), 0);
    Options auto = Options.defaults().threads(threads);
    List<Tier> tiers = Binder.available();
    List<Session> sessions = new ArrayList<>();
    List<Measurement> measurements = new ArrayList<>();
    try {
      String chosen = null;
      Set<String> kernels = new HashSet<>();
      for (Tier tier : tiers) {
        Options options = auto.tier(tier);
        Session session = Session.of(program, options);
        sessions.add(session);
        String kernel = session.kernels().getFirst();
        chosen = tier.text().equals(auto.tierHere()) ? kernel : chosen;
        if (kernels.add(kernel)) {
          measurements.add(new Measurement(session, options, inputs, warmUps, runs));
        }
      }
      for (int start = 0; start < runs; start += IN_A_ROW) {
        for (Measurement one : measurements) {
          for (int i = start; i < Math.min(runs, start + IN_A_ROW); i++) {
            one.run(i);
          }
        }
      }
      List<KernelBenchmark> out = new ArrayList<>();
      for (Measurement one : measurements) {
        Benchmark result = one.result();
        out.add(new KernelBenchmark(result, result.steps().getFirst().kernel().equals(chosen)));
      }
      return out;
    } finally {
      measurements.forEach(Measurement::close);
      sessions.forEach(Session::close);
    }
  }
}
