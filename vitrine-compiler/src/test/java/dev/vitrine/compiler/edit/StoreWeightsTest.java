package dev.vitrine.compiler.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.compiler.check.Comparison;
import dev.vitrine.compiler.fuse.Fuser;
import dev.vitrine.compiler.rewrite.PassManager;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.MatMul;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreWeightsTest {
  private static Graph graph(double largest) {
    Random random = new Random(3);
    Tensor w = Tensor.zeros(TensorType.f32(64, 32));
    for (long i = 0; i < w.count(); i++) {
      w.set(i, i == 7 ? largest : random.nextGaussian());
    }
    Graph g = new Graph();
    Value x = g.input("x", TensorType.f32(3, 64));
    Value y = g.add(new MatMul(), x, g.constant("w", w));
    g.output("y", g.add(new Add(), y, g.constant("b", Tensor.zeros(TensorType.f32(32)))));
    return g;
  }

  private static long bytes(Graph g) {
    return g.values().stream().filter(Value::isConstant).mapToLong(v -> v.type().bytes()).sum();
  }

  @ParameterizedTest
  @CsvSource({"F16, 1e-3", "BF16, 1e-2"})
  void halvesTheWeights(DType dtype, double within) {
    Graph g = graph(1);
    Graph half = g.copy();
    StoreWeights.as(dtype, half);
    assertThat(bytes(half)).isEqualTo(64 * 32 * 2 + 32 * 4);
    Tensor x = Tensor.zeros(DType.F32, Shape.of(3, 64));
    for (long i = 0; i < x.count(); i++) {
      x.set(i, Math.sin(i));
    }
    var d = Comparison.outputs(half, g, Map.of("x", x), Evaluator::run).getFirst();
    assertThat(d.relativeL2()).isGreaterThan(0).isLessThan(within);
    Fuser.fuse(half, PassManager.Options.defaults());
    assertThat(half.nodes()).hasSize(1);
  }

  @Test
  void whatOverflowsStays() {
    Graph g = graph(1e6);
    StoreWeights.as(DType.F16, g);
    assertThat(bytes(g)).isEqualTo(64 * 32 * 4 + 32 * 4);
    StoreWeights.as(DType.BF16, g);
    assertThat(bytes(g)).isEqualTo(64 * 32 * 2 + 32 * 4);
  }

  /** Only what loses nothing is kept so; rounding makes it of any. */
  @Test
  void exactHalves() {
    Graph g = graph(1);
    long before = bytes(g);
    StoreWeights.exactly(g);
    assertThat(bytes(g)).isEqualTo(before);
    StoreWeights.round(g, _ -> false);
    StoreWeights.exactly(g);
    assertThat(bytes(g)).isEqualTo(before);
    StoreWeights.round(g, _ -> true);
    assertThat(bytes(g)).isEqualTo(before);
    Graph rounded = g.copy();
    StoreWeights.exactly(g);
    assertThat(bytes(g)).isEqualTo(64 * 32 * 2 + 32 * 4);
    Map<String, Tensor> x = Map.of("x", Tensor.zeros(DType.F32, Shape.of(3, 64)));
    for (long i = 0; i < 3 * 64; i++) {
      x.get("x").set(i, Math.cos(i));
    }
    assertThat(Evaluator.run(g, x).get("y").sameAs(Evaluator.run(rounded, x).get("y"))).isTrue();
  }

  @Test
  void otherTypes() {
    assertThatThrownBy(() -> StoreWeights.as(DType.I8, graph(1)))
        .hasMessage("weights can't be kept as i8");
  }
}
