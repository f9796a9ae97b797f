package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Rewriting.assertSame;
import static dev.vitrine.compiler.rewrite.Rewriting.canonical;
import static dev.vitrine.compiler.rewrite.Rewriting.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.compiler.TinyModels;
import dev.vitrine.compiler.rewrite.Rewriting.Expected;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.VitrineException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimplifierTest {
  private static Simplifier.Report simplify(Graph g, boolean fuse, String... skip) {
    return Simplifier.simplify(g, new Simplifier.Options(fuse, Set.of(skip), true, (_, _) -> {}));
  }

  @ParameterizedTest
  @CsvSource({
    "dinov2/model.1x3x56x56.op11.onnx, 112, 52",
    "dinov2/model.1x3x56x56.op13.onnx, 112, 52",
    "dinov2/model.1x3x56x56.op17.onnx, 72, 52",
    "dinov2/model.1x3x56x56.op20.onnx, 64, 52",
    "dinov2/model.2x3x70x98.op20.onnx, 64, 52",
    "dinov2_swiglu/model.1x3x56x56.op13.onnx, 112, 58",
    "dinov2_reg4/model.1x3x84x112.op17.onnx, 75, 55",
    "swin/model.1x3x64x64.op11.onnx, 290, 162",
    "swin/model.1x3x64x64.op13.onnx, 290, 162",
    "swin/model.1x3x64x64.op17.onnx, 202, 162",
    "segformer/model.1x3x64x96.op11.onnx, 364, 185",
    "segformer/model.1x3x64x96.op13.onnx, 364, 185",
    "segformer/model.1x3x64x96.op17.onnx, 212, 185",
  })
  void exports(String file, int nodes, int nodesFused) {
    Graph before = TinyModels.graph(file);
    Graph plain = before.copy();
    var report = simplify(plain, false);
    Graph fused = before.copy();
    var reportFused = simplify(fused, true);
    assertThat(report.after().nodes()).doesNotContainKeys("Shape", "Identity", "Cast");
    assertThat(report.after().count()).isLessThanOrEqualTo(nodes);
    assertThat(reportFused.after().count()).isLessThanOrEqualTo(nodesFused);
    assertThat(reportFused.after().nodes()).doesNotContainKeys("Erf", "Pow", "Sqrt");
    assertThat(report.after().bytes()).isLessThan(report.before().bytes() * 3 / 2);
    Expected expected = Expected.of(before);
    expected.assertGivenBy(plain);
    expected.assertGivenBy(fused);
    assertThat(simplify(plain.copy(), false).applied()).isEmpty();
  }

  @Test
  void sameInputSameResult() {
    String[] texts = new String[2];
    for (int i = 0; i < 2; i++) {
      Graph g = TinyModels.graph("swin/model.1x3x64x64.op13.onnx");
      simplify(g, true);
      texts[i] = g.toString();
    }
    assertThat(texts[0]).isEqualTo(texts[1]);
  }

  @Test
  void namedSizesStayFree() {
    Graph g =
        parse(
            """
            graph (x: f32[batch, 4, 6]) -> (y)
              s = Shape(x) { start: 0, end: null }
              b = Gather(s, 0:i64) { axis: 0 }
              u = Unsqueeze(b, [0])
              t = Concat(u, [4], [2], [3]) { axis: 0 }
              r = Reshape(x, t) { allowzero: false }
              y = Transpose(r) { perm: [0, 2, 1, 3] }
            """);
    Graph before = g.copy();
    simplify(g, false);
    assertThat(canonical(g))
        .isEqualTo(
            canonical(
                parse(
                    """
                    graph (x: f32[batch, 4, 6]) -> (y)
                      r = Reshape(x, [-1, 4, 2, 3]) { allowzero: false }
                      y = Transpose(r) { perm: [0, 2, 1, 3] }
                    """)));
    assertSame(before, g);
  }

  @Test
  void constantsThatWouldGrowStayComputed() {
    Graph g =
        parse(
            """
            graph (x: f32[2000, 2000]) -> (y)
              z = Expand(1.5:f32, [2000, 2000])
              y = Concat(x, z) { axis: 0 }
            """);
    assertThat(simplify(g, false).misses())
        .anySatisfy(m -> assertThat(m.toString()).contains("too large"));
    assertThat(g.value("z").isConstant()).isFalse();
  }

  @Test
  void skippedRule() {
    Graph g = parse("graph (x: f32[2]) -> (y)\n a = Identity(x)\n y = Relu(a)");
    assertThat(simplify(g, false, "drop-no-ops").after().nodes()).containsKey("Identity");
    assertThatThrownBy(() -> simplify(g, false, "drop-noops"))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("no rule is named 'drop-noops'; there are batch-norm-into-conv");
  }

  @Test
  void equalConstantsAreKeptOnce() {
    Graph g =
        parse(
            """
            graph (x: f32[2, 3]) -> (y)
              %a: f32[3, 3] = random 1
              %b: f32[3, 3] = random 1
              %c: f32[3, 3] = random 2
              p = MatMul(x, %a)
              q = Relu(p)
              r = MatMul(q, %b)
              s = Relu(r)
              y = MatMul(s, %c)
            """);
    assertThat(simplify(g, false).after().bytes()).isEqualTo(2 * 36);
  }
}
