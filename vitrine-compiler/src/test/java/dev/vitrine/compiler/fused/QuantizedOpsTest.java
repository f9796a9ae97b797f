package dev.vitrine.compiler.fused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizedOpsTest {
  private static Graph parse(String text) {
    return GraphParser.parse(text, List.of("dev.vitrine.compiler.fused"));
  }

  private static Tensor integers(DType dtype, Shape shape, long... v) {
    Tensor t = Tensor.zeros(dtype, shape);
    for (int i = 0; i < v.length; i++) {
      t.set(i, v[i]);
    }
    return t;
  }

  private static List<Tensor> rows(Grade grade, Tensor x) {
    return new QuantizeRows(grade).evaluate(Inputs.of(3, List.of(x)));
  }

  @Test
  void rowsHaveTheirOwnRange() {
    Tensor x = Tensor.f32(Shape.of(3, 2), 0, 255, -1, 1, -510, -255);
    List<Tensor> out = rows(Grade.W8A8, x);
    // −1 · 127.5 is a tie: to even, −128; the zero point of 127.5 is 128.
    assertThat(out.get(0).toLongs()).containsExactly(0, 255, 0, 255, 0, 127);
    assertThat(out.get(1).toFloats()).containsExactly(1, 2f / 255, 2);
    assertThat(out.get(2).toLongs()).containsExactly(0, 128, 255);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1e-37", "-1e-38, 1e-38"})
  void noRangeIsZero(float a, float b) {
    List<Tensor> out = rows(Grade.W8A8, Tensor.f32(Shape.of(2), a, b));
    assertThat(out.get(0).toLongs()).containsExactly(0, 0);
    assertThat(out.get(1).toFloats()).containsExactly(0);
    assertThat(out.get(2).toLongs()).containsExactly(0);
  }

  @ParameterizedTest
  @EnumSource(Grade.class)
  void codesAreWithinHalfAStep(Grade grade) {
    Random random = new Random(5);
    int depth = 37;
    float[] x = new float[4 * depth];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (random.nextGaussian() * Math.pow(10, i / depth - 2) + i / depth);
    }
    List<Tensor> out = rows(grade, Tensor.f32(Shape.of(2, 2, depth), x));
    assertThat(out.get(1).shape()).isEqualTo(Shape.of(2, 2));
    for (int i = 0; i < x.length; i++) {
      double scale = out.get(1).real(i / depth);
      double y = scale * (out.get(0).integer(i) - out.get(2).integer(i / depth));
      assertThat(Math.abs(y - x[i])).as("element %d", i).isLessThanOrEqualTo(scale * 1.001);
      assertThat(out.get(0).integer(i)).isBetween(0L, (long) grade.levels());
    }
  }

  @Test
  void linear() {
    Tensor q = integers(DType.U8, Shape.of(2, 2), 255, 0, 3, 5);
    Tensor scale = Tensor.f32(Shape.of(2), 0.5f, 2);
    Tensor zero = integers(DType.U8, Shape.of(2), 0, 4);
    Tensor weight = integers(DType.I8, Shape.of(2, 3), 127, 1, -127, 0, 2, 1);
    Tensor by = Tensor.f32(Shape.of(3), 1, 10, 0.25f);
    Tensor bias = Tensor.f32(Shape.of(3), 0.5f, 0, 5000);
    Tensor residual = Tensor.f32(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
    Tensor y =
        new QuantizedLinear(Activation.RELU, Grade.W8A8)
            .evaluate(Inputs.of(q, scale, zero, weight, by, bias, residual))
            .getFirst();
    // Row 0 by ½: 255·127, 255, −255·127; row 1 by 2: −127, −1 + 2, 127 + 1.
    assertThat(y.toFloats()).containsExactly(16194, 1277, 954.875f, 4, 25, 5070);
  }

  @Test
  void oneScaleForAll() {
    Tensor q = integers(DType.U8, Shape.of(2, 1), 7, 9);
    Tensor y =
        new QuantizedLinear(Activation.NONE, Grade.W7A7)
            .evaluate(
                Inputs.of(
                    q,
                    Tensor.scalar(2f),
                    integers(DType.U8, Shape.SCALAR, 8),
                    integers(DType.I8, Shape.of(1, 1), 63),
                    Tensor.f32(Shape.of(1), 1)))
            .getFirst();
    assertThat(y.toFloats()).containsExactly(-126, 126);
  }

  /** The sum is exact where floats would have lost units, and is rounded once. */
  @Test
  void longSumsAreExact() {
    int depth = 4096;
    Tensor weight = Tensor.zeros(DType.I8, Shape.of(depth, 1));
    Tensor q = Tensor.zeros(DType.U8, Shape.of(1, depth));
    for (int i = 0; i < depth; i++) {
      weight.set(i, i == 0 ? 1L : 127L);
      q.set(i, i == 0 ? 1L : 255L);
    }
    Tensor y =
        new QuantizedLinear(Activation.NONE, Grade.W8A8)
            .evaluate(
                Inputs.of(
                    q,
                    Tensor.scalar(1f),
                    integers(DType.U8, Shape.SCALAR, 0),
                    weight,
                    Tensor.f32(Shape.of(1), 1)))
            .getFirst();
    assertThat(y.toFloats()).containsExactly((float) (1 + 4095L * 255 * 127));
  }

  @Test
  void types() {
    Graph g =
        parse(
            """
            graph (x: f32[b, 5, 8], w: i8[8, 3], s: f32[3]) -> (y)
            q, scale, zero = QuantizeRows(x) { grade: W7A7 }
            y = QuantizedLinear(q, scale, zero, w, s) { activation: GELU, grade: W7A7 }
            """);
    assertThat(g.value("q").type()).hasToString("u8[b, 5, 8]");
    assertThat(g.value("scale").type()).hasToString("f32[b, 5]");
    assertThat(g.value("zero").type()).hasToString("u8[b, 5]");
    assertThat(g.value("y").type()).hasToString("f32[b, 5, 3]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          q: f32[2, 4], s: f32[2], z: u8[2], w: i8[4, 3], t: f32[3] | q is f32; it needs u8
          q: u8[2, 4], s: f32[3], z: u8[2], w: i8[4, 3], t: f32[3] | scale
          q: u8[2, 4], s: f32[2], z: i8[2], w: i8[4, 3], t: f32[3] | zero is i8
          q: u8[2, 4], s: f32[2], z: u8[2], w: i8[5, 3], t: f32[3] | differ: 5 and 4
          q: u8[2, 4], s: f32[2], z: u8[2], w: i8[4, 3], t: f32[4] | weight_scale
          q: u8[2, 70000], s: f32[2], z: u8[2], w: i8[70000, 3], t: f32[3] | at most 65536
          """)
  void refused(String inputs, String message) {
    String text =
        "graph (%s) -> (y)\ny = QuantizedLinear(q, s, z, w, t) { activation: NONE, grade: W8A8 }"
            .formatted(inputs);
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining(message);
  }

  @Test
  void weightsOutOfTheGradesRange() {
    Inputs in =
        Inputs.of(
            integers(DType.U8, Shape.of(1), 1),
            Tensor.scalar(1f),
            integers(DType.U8, Shape.SCALAR, 0),
            integers(DType.I8, Shape.of(1, 1), 64),
            Tensor.f32(Shape.of(1), 1));
    assertThatThrownBy(() -> new QuantizedLinear(Activation.NONE, Grade.W7A7).evaluate(in))
        .hasMessageContaining("a weight is 64, out of range for W7A7");
  }

  /** A mean that all keys have, far larger than what they differ by, must not cost precision. */
  @ParameterizedTest
  @CsvSource({"0", "30"})
  void attentionComesCloseToThatOfFloats(float mean) {
    Random random = new Random(8);
    Tensor q = gaussian(random, 0, 2, 21, 32);
    Tensor k = gaussian(random, mean, 2, 40, 32);
    Tensor v = gaussian(random, 1, 2, 40, 48);
    Tensor exact = new FusedAttention(2, 0.25f).evaluate(Inputs.of(q, k, v)).getFirst();
    Tensor close = new QuantizedAttention(2, 0.25f).evaluate(Inputs.of(q, k, v)).getFirst();
    assertThat(close.type()).isEqualTo(exact.type());
    for (long i = 0; i < exact.count(); i++) {
      assertThat(close.real(i)).as("at %d", i).isCloseTo(exact.real(i), offset(0.05));
    }
  }

  private static Tensor gaussian(Random random, float mean, long... shape) {
    Tensor t = Tensor.zeros(DType.F32, Shape.of(shape));
    for (long i = 0; i < t.count(); i++) {
      t.set(i, mean + random.nextGaussian());
    }
    return t;
  }

  /** One key: its value, within half a step of its channel. */
  @Test
  void attentionToOneKey() {
    Tensor q = Tensor.f32(Shape.of(1, 1, 2), 3, -5);
    Tensor v = Tensor.f32(Shape.of(1, 1, 3), 7, 0, -1e-3f);
    Tensor out = new QuantizedAttention(1, 1).evaluate(Inputs.of(q, q, v)).getFirst();
    assertThat(out.toFloats()).containsExactly(7, 0, -1e-3f);
  }

  @Test
  void attentionTakesNoBias() {
    assertThatThrownBy(
            () ->
                parse(
                    """
                    graph (q: f32[1, 2, 4], b: f32[1, 1, 2, 2]) -> (y)
                      y = QuantizedAttention(q, q, q, b) { heads: 1, scale: 1.0 }
                    """))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("no bias");
  }
}
