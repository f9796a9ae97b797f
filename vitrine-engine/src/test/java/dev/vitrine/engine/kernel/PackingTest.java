package dev.vitrine.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.compiler.plan.View;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PackingTest {
  private static View view(long... sizes) {
    return View.dense(0, DType.F32, Arrays.stream(sizes).boxed().toList());
  }

  static Stream<Packing> packings() {
    return Stream.of(
        new Packing.Panels(view(5, 7), 0, 4),
        new Packing.Panels(view(3, 5, 7), 1, 16),
        new Packing.Panels(view(9, 40).transpose(List.of(1, 0)), 0, 16),
        new Packing.PartPanels(view(1, 1)),
        new Packing.PartPanels(view(32, 32)),
        new Packing.PartPanels(view(70, 45)),
        new Packing.PartPanels(view(45, 70).transpose(List.of(1, 0))),
        new Packing.PartPanels(view(3, 20, 17)));
  }

  @ParameterizedTest
  @MethodSource("packings")
  void whatIsUnpackedIsWhatWasPacked(Packing packing) {
    int n = Math.toIntExact(packing.view().count());
    assertThat(packing.isWhole(n)).isTrue();
    assertThat(packing.shape().count() * packing.dtype().bytes()).isEqualTo(packing.bytes());
    Random random = new Random(n);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(120) - 60));
    }
    Tensor from = Tensor.f32(Shape.of(n), values);
    Tensor to = Tensor.zeros(DType.F32, Shape.of(n));
    try (Arena arena = Arena.ofShared()) {
      MemorySegment packed = arena.allocate(packing.bytes());
      packing.pack(from, packed);
      packing.unpack(packed, to);
    }
    assertThat(to.toFloats()).containsExactly(values);
  }
}
