package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Rewriting.assertSame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.compiler.TinyModels;
import dev.vitrine.compiler.rewrite.PassManager;
import dev.vitrine.compiler.rewrite.Rewriting.Expected;
import dev.vitrine.compiler.simplify.Simplifier;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FuserTest {
  private static Graph fused(Graph g, boolean standard) {
    Graph out = g.copy();
    Simplifier.simplify(out, Simplifier.Options.defaults().withFuseStandard(standard));
    Fuser.fuse(out, new PassManager.Options(true, Set.of(), (_, _) -> {}));
    return out;
  }

  private static Map<String, Integer> ops(Graph g) {
    Map<String, Integer> out = new TreeMap<>();
    g.nodes().forEach(n -> out.merge(n.op().name(), 1, Integer::sum));
    return out;
  }

  /** Two blocks of LN → Linear → attention → Linear → LN → Linear → Linear, and nothing around. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "dinov2/model.1x3x56x56.op11.onnx",
        "dinov2/model.1x3x56x56.op13.onnx",
        "dinov2/model.1x3x56x56.op17.onnx",
        "dinov2/model.1x3x56x56.op20.onnx",
        "dinov2/model.2x3x70x98.op20.onnx",
      })
  void dinov2(String file) {
    Graph before = TinyModels.graph(file);
    Expected expected = Expected.of(before);
    for (boolean standard : new boolean[] {false, true}) {
      Graph after = fused(before, standard);
      assertThat(ops(after))
          .isEqualTo(
              Map.of(
                  "PatchEmbedding",
                  1,
                  "Concat",
                  1,
                  "Add",
                  1,
                  "LayerNormalization",
                  5,
                  "Linear",
                  8,
                  "Slice",
                  7,
                  "FusedAttention",
                  2,
                  "Gather",
                  1));
      List<String> block =
          after.nodes().stream().skip(3).limit(9).map(Node::op).map(o -> o.name()).toList();
      assertThat(block)
          .containsExactly(
              "LayerNormalization",
              "Linear",
              "Slice",
              "Slice",
              "Slice",
              "FusedAttention",
              "Linear",
              "LayerNormalization",
              "Linear");
      expected.assertGivenBy(after);
    }
  }

  @Test
  void swiglu() {
    Graph before = TinyModels.graph("dinov2_swiglu/model.1x3x56x56.op17.onnx");
    Graph after = fused(before, false);
    assertThat(ops(after))
        .containsEntry("Gate", 2)
        .containsEntry("Linear", 8)
        .doesNotContainKey("Mul");
    assertSame(before, after);
  }

  @Test
  void registers() {
    Graph before = TinyModels.graph("dinov2_reg4/model.1x3x84x112.op17.onnx");
    Graph after = fused(before, false);
    assertThat(ops(after))
        .containsEntry("FusedAttention", 2)
        .doesNotContainKeys("Transpose", "MatMul");
    assertSame(before, after);
  }

  @ParameterizedTest
  @ValueSource(strings = {"11", "13", "17"})
  void swin(String opset) {
    Graph before = TinyModels.graph("swin/model.1x3x64x64.op" + opset + ".onnx");
    Expected expected = Expected.of(before);
    for (boolean standard : new boolean[] {false, true}) {
      Graph after = fused(before, standard);
      assertThat(ops(after))
          .isEqualTo(
              Map.of(
                  "PatchEmbedding",
                  1,
                  "LayerNormalization",
                  11,
                  "Linear",
                  18,
                  "Slice",
                  12,
                  "Add",
                  4,
                  "FusedAttention",
                  4,
                  "Gather",
                  9,
                  "Reshape",
                  10,
                  "ReduceMean",
                  1));
      expected.assertGivenBy(after);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"11", "13", "17"})
  void segformer(String opset) {
    Graph before = TinyModels.graph("segformer/model.1x3x64x96.op" + opset + ".onnx");
    Expected expected = Expected.of(before);
    for (boolean standard : new boolean[] {false, true}) {
      Graph after = fused(before, standard);
      assertThat(ops(after))
          .containsEntry("FusedAttention", 4)
          .containsEntry("ChannelsLastConv", 11)
          .containsEntry("Transpose", 2)
          .containsEntry("Resize", 3)
          .doesNotContainKeys("Concat", "MatMul", "Conv", "Softmax", "Gelu");
      expected.assertGivenBy(after);
    }
  }

  /** Of the last block, one query and one row of everything after it. */
  @ParameterizedTest
  @ValueSource(strings = {"dinov2/model.1x3x56x56.op17.onnx", "dinov2/model.1x3x56x56.op20.onnx"})
  void onlyTheClassToken(String file) {
    Graph before = TinyModels.graph(file);
    before.removeOutput("patch");
    before.removeDead();
    for (boolean standard : new boolean[] {false, true}) {
      Graph after = fused(before, standard);
      List<String> last =
          after.nodes().stream().skip(after.nodes().size() - 9).map(FuserTest::shown).toList();
      assertThat(last)
          .containsExactly(
              "Slice[1, 1, 64]",
              "Linear[1, 1, 64]",
              "FusedAttention[1, 1, 64]",
              "Linear[1, 1, 64]",
              "LayerNormalization[1, 1, 64]",
              "Linear[1, 1, 256]",
              "Linear[1, 1, 64]",
              "LayerNormalization[1, 1, 64]",
              "Reshape[1, 64]");
      assertThat(after.nodes().stream().map(FuserTest::shown)).contains("Linear[1, 17, 128]");
      assertSame(before, after);
    }
  }

  private static String shown(Node n) {
    return n.op().name() + n.output().shape();
  }
}
