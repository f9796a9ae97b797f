package dev.vitrine.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.compiler.fuse.Fuser;
import dev.vitrine.compiler.rewrite.PassManager;
import dev.vitrine.compiler.simplify.Simplifier;
import dev.vitrine.formats.onnx.Conformance;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** ONNX's own cases give after rewriting what they give before. */
class ConformanceTest {
  private static final Path CASES =
      Path.of(System.getProperty("vitrine.root"), "testdata", "onnx", "onnx_node_tests.zip");

  /** The names of the cases that pass; the graphs are prepared before they run. */
  private static Set<String> passed(UnaryOperator<Graph> rewrite, boolean constants) {
    Set<String> names = new TreeSet<>();
    Conformance.run(
        CASES,
        (graph, inputs) -> {
          Graph g = graph.copy();
          Map<String, Tensor> left = new HashMap<>(inputs);
          if (constants) {
            fix(g, left);
          }
          return Evaluator.run(rewrite.apply(g), left);
        },
        r -> {
          if (r.status() == Conformance.Status.PASSED) {
            names.add(r.name());
          }
        });
    return names;
  }

  /** Makes constants of all inputs but the first, so that there is more to simplify. */
  private static void fix(Graph g, Map<String, Tensor> inputs) {
    for (Value v : List.copyOf(g.inputs()).stream().skip(1).toList()) {
      Tensor t = inputs.remove(v.name());
      if (t != null) {
        g.replace(v, g.constant(v.name(), t));
        g.remove(v);
      } else {
        inputs.put(v.name(), null);
      }
    }
    g.inferAll();
  }

  private static Graph rewritten(Graph g, boolean fuse) {
    Simplifier.simplify(g, new Simplifier.Options(!fuse, Set.of(), true, (_, _) -> {}));
    if (fuse) {
      Fuser.fuse(g, new PassManager.Options(true, Set.of(), (_, _) -> {}));
    }
    return g;
  }

  @Test
  void afterSimplificationAndFusion() {
    Set<String> plain = passed(g -> g, false);
    assertThat(plain).hasSizeGreaterThan(1000);
    assertThat(passed(g -> rewritten(g, false), false)).isEqualTo(plain);
    assertThat(passed(g -> rewritten(g, true), true)).isEqualTo(plain);
  }
}
