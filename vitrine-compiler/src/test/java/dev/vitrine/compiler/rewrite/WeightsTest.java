package dev.vitrine.compiler.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightsTest {
  @ParameterizedTest
  @CsvSource({
    "2x3x4, 0, f32",
    "2x3x4, 1, f32",
    "2x3x4, 2, f32",
    "2x3x4, -1, f32",
    "5x9001, 0, f32",
    "9001x5, 0, f32",
    "5x9001, 1, f32",
    "9001, -1, f32",
    "1x1, 0, f32",
    "3x5, 1, f16",
    "3x5, 0, f64",
  })
  void scaled(String text, int axis, String type) {
    Shape shape = Shape.parse(text);
    DType dtype = DType.parse(type);
    Random random = new Random(3);
    Tensor t = Tensor.zeros(dtype, shape);
    for (long i = 0; i < t.count(); i++) {
      t.set(i, random.nextGaussian());
    }
    long n = axis < 0 ? 1 : shape.size(axis);
    Tensor by = Tensor.zeros(dtype, Shape.of(n));
    for (long i = 0; i < n; i++) {
      by.set(i, random.nextGaussian());
    }
    Tensor out = Weights.scaled(t, Math.max(axis, 0), by);
    Tensor expected = Tensor.zeros(dtype, shape);
    long inner = axis < 0 ? 1 : shape.count(axis + 1, shape.rank());
    for (long i = 0; i < t.count(); i++) {
      expected.set(i, t.real(i) * by.real(i / inner % n));
    }
    assertThat(out.sameAs(expected)).isTrue();
  }
}
