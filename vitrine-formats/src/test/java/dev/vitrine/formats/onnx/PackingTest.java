package dev.vitrine.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.op.Identity;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackingTest {
  private static Tensor counting(DType dtype, int n) {
    Tensor t = Tensor.zeros(dtype, Shape.of(n));
    for (int i = 0; i < n; i++) {
      t.set(i, (long) i - 2);
    }
    return t;
  }

  @ParameterizedTest
  @EnumSource
  void thereAndBack(DType dtype) {
    for (int n = 0; n < 10; n++) {
      Tensor t = counting(dtype, n);
      MemorySegment stored = Packing.packed(t);
      assertThat(stored.byteSize()).isEqualTo(Math.ceilDiv(n * dtype.bits(), 8));
      assertThat(Packing.bytes(t.type())).isEqualTo(stored.byteSize());
      assertThat(Packing.unpacked(t.type(), stored).sameAs(t)).as(dtype + " " + n).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void inModels(DType dtype) {
    Tensor t = counting(dtype, 7);
    Graph g = new Graph();
    g.output("y", g.node("", new Identity(), List.of(g.constant("c", t)), List.of("y")).output());
    int opset = OnnxWriter.leastOpset(g);
    Graph back = OnnxReader.graph("written", OnnxWriter.write(g, opset));
    assertThat(Evaluator.run(back, Map.of()).get("y").sameAs(t)).isTrue();
  }
}
