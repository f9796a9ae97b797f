package dev.vitrine.compiler.fused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FusedOpsTest {
  private static Tensor f(Shape shape, double... v) {
    Tensor t = Tensor.zeros(dev.vitrine.graph.DType.F32, shape);
    for (int i = 0; i < v.length; i++) {
      t.set(i, v[i]);
    }
    return t;
  }

  private static Graph parse(String text) {
    return GraphParser.parse(text, List.of("dev.vitrine.compiler.fused"));
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, -1.5, -1.5",
    "RELU, -1.5, 0",
    "RELU, 1.5, 1.5",
    "GELU, 1, 0.8413447460685429",
    "GELU, -4, -1.266849673324799e-4",
    "GELU, 9, 9",
    "GELU_TANH, 1, 0.8411919906082768",
    "SILU, 1, 0.7310585786300049",
    "SIGMOID, -1, 0.2689414213699951",
    "QUICK_GELU, 1, 0.8457957659328212",
  })
  void activation(Activation activation, double x, double expected) {
    assertThat(activation.apply(x)).isCloseTo(expected, within(1e-13 + Math.abs(expected) * 1e-9));
  }

  @Test
  void linear() {
    Tensor x = f(Shape.of(2, 1, 2), 1, 2, 3, 4);
    Tensor w = f(Shape.of(2, 3), 1, 0, -1, 0, 1, -1);
    Tensor bias = f(Shape.of(3), 10, 20, 0);
    Tensor residual = f(Shape.of(2, 1, 3), 1, 2, 3, 4, 5, 6);
    var y = new Linear(Activation.RELU).evaluate(Inputs.of(x, w, bias, residual)).getFirst();
    assertThat(y.shape()).isEqualTo(Shape.of(2, 1, 3));
    assertThat(y.toFloats()).containsExactly(12, 24, 3, 17, 29, 6);
  }

  @Test
  void attention() {
    // Two heads of depth 1; scores of head 0 are equal but for the bias, head 1 looks at key 0
    // only.
    Tensor q = f(Shape.of(1, 1, 2), 0, 100);
    Tensor k = f(Shape.of(1, 2, 2), 5, 1, 7, -1);
    Tensor v = f(Shape.of(1, 2, 4), 1, 2, 3, 4, 5, 6, 7, 8);
    Tensor bias = f(Shape.of(1, 2, 1, 2), 0, Math.log(3), 0, 0);
    var y = new FusedAttention(2, 0.5f).evaluate(Inputs.of(q, k, v, bias)).getFirst();
    assertThat(y.toFloats()).containsExactly(new float[] {4, 5, 3, 4}, within(1e-6f));
  }

  @Test
  void biasRepeatsOverPictures() {
    // A batch of four: two pictures of two windows; the bias hides key 0 in window 0, key 1 in
    // window 1.
    Tensor q = f(Shape.of(4, 1, 1), 0, 0, 0, 0);
    Tensor v = f(Shape.of(4, 2, 1), 1, 2, 3, 4, 5, 6, 7, 8);
    Tensor bias = f(Shape.of(2, 1, 1, 2), -1e9, 0, 0, -1e9);
    var y = new FusedAttention(1, 1).evaluate(Inputs.of(q, v, v, bias)).getFirst();
    assertThat(y.toFloats()).containsExactly(2, 3, 6, 7);
  }

  @Test
  void patches() {
    Tensor x = f(Shape.of(1, 1, 2, 5), 1, 2, 3, 4, 99, 5, 6, 7, 8, 99);
    Tensor w = f(Shape.of(2, 1, 2, 2), 1, 0, 0, 0, 1, 1, 1, 1);
    var y = new PatchEmbedding(2, 2).evaluate(Inputs.of(x, w, f(Shape.of(2), 0, 100)));
    assertThat(y.getFirst().shape()).isEqualTo(Shape.of(1, 2, 2));
    assertThat(y.getFirst().toFloats()).containsExactly(1, 114, 3, 122);
  }

  @Test
  void lookup() {
    Tensor x = Tensor.zeros(DType.U8, Shape.of(2, 3));
    Tensor table = Tensor.zeros(DType.F32, Shape.of(3, 256));
    for (int i = 0; i < 6; i++) {
      x.set(i, 50L * i);
    }
    for (int i = 0; i < 768; i++) {
      table.set(i, (long) i);
    }
    var y = new Lookup(1).evaluate(Inputs.of(x, table)).getFirst();
    assertThat(y.toFloats()).containsExactly(0, 306, 612, 150, 456, 762);
    assertThatThrownBy(
            () ->
                parse("graph (x: f32[2, 3], t: f32[3, 256]) -> (y)\n y = Lookup(x, t) { axis: 1 }"))
        .hasMessageContaining("looks up u8 in f32, not f32[2, 3] in f32[3, 256]");
    assertThatThrownBy(
            () ->
                parse("graph (x: u8[2, 3], t: f32[2, 256]) -> (y)\n y = Lookup(x, t) { axis: 1 }"))
        .hasMessageContaining("the channels of x and of the table differ: 3 and 2");
  }

  @Test
  void cameraPictures() {
    Tensor x = Tensor.zeros(DType.U8, Shape.of(1, 3, 2, 1));
    long[] levels = {0, 100, 200, 255, 128, 138};
    for (int i = 0; i < 6; i++) {
      x.set(i, levels[i]);
    }
    assertThat(colours(Sampling.NV12, YuvToRgb.FULL, x))
        .containsExactly(14, 0, 0, 114, 93, 100, 214, 193, 200, 255, 248, 255);
    assertThat(colours(Sampling.NV21, YuvToRgb.FULL, x))
        .containsExactly(0, 0, 18, 100, 97, 118, 200, 197, 218, 255, 252, 255);
    assertThat(colours(Sampling.NV12, YuvToRgb.LIMITED, x)[4])
        .isEqualTo(Math.round(1.164384 * 84 - 8.12968));
    // The same first two pixels row by row.
    Tensor row = Tensor.zeros(DType.U8, Shape.of(1, 1, 2, 2));
    for (long[] order : new long[][] {{0, 128, 100, 138}, {128, 0, 138, 100}}) {
      for (int i = 0; i < 4; i++) {
        row.set(i, order[i]);
      }
      Sampling sampling = order[0] == 0 ? Sampling.YUYV : Sampling.UYVY;
      assertThat(colours(sampling, YuvToRgb.FULL, row)).containsExactly(14, 0, 0, 114, 93, 100);
    }
    assertThatThrownBy(() -> colours(Sampling.NV12, YuvToRgb.FULL, row))
        .hasMessageContaining("takes u8[B, 3H/2, W, 1], not u8[1, 1, 2, 2]");
    Tensor four = Tensor.zeros(DType.U8, Shape.of(1, 4, 2, 1));
    assertThatThrownBy(() -> colours(Sampling.NV12, YuvToRgb.FULL, four))
        .hasMessageContaining("two thirds of the rows");
  }

  private static long[] colours(Sampling sampling, List<Float> matrix, Tensor x) {
    return new YuvToRgb(sampling, matrix).evaluate(Inputs.of(x)).getFirst().toLongs();
  }

  @Test
  void gate() {
    var y = new Gate(Activation.RELU).evaluate(Inputs.of(f(Shape.of(2, 2), 3, 4, -3, 4)));
    assertThat(y.getFirst().toFloats()).containsExactly(12, 0);
  }

  @Test
  void convolution() {
    // Depthwise, 1×3 kernel, pad 1 left and right, stride 2: channel 0 sums, channel 1 takes the
    // left.
    var conv =
        new ChannelsLastConv(
            List.of(1L, 2L), List.of(0L, 1L, 0L, 1L), List.of(1L, 1L), 2, Activation.NONE);
    Tensor x = f(Shape.of(1, 1, 3, 2), 1, 10, 2, 20, 3, 30);
    Tensor w = f(Shape.of(2, 1, 1, 3), 1, 1, 1, 1, 0, 0);
    var y = conv.evaluate(Inputs.of(x, w, f(Shape.of(2), 0, 1)));
    assertThat(y.getFirst().shape()).isEqualTo(Shape.of(1, 1, 2, 2));
    assertThat(y.getFirst().toFloats()).containsExactly(3, 1, 5, 21);
  }

  @Test
  void namedSizesStay() {
    Graph g =
        parse(
            """
            graph (p: f32[n, 3, 28, 42], w: f32[8, 3, 14, 14], m: f32[8, 16]) -> (y)
              t = PatchEmbedding(p, w) { patchH: 14, patchW: 14 }
              a = FusedAttention(t, t, t) { heads: 4, scale: 0.5 }
              b = Linear(a, m) { activation: gelu }
              y = Gate(b) { activation: silu }
            """);
    assertThat(g.value("y").type()).hasToString("f32[n, 6, 8]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Linear(a, b) { activation: none }; the last axis of x differ: 5 and 4",
        "FusedAttention(a, a, a) { heads: 3, scale: 1 }; the last axis of q of 4 can't be split into 3",
        "Gate(c) { activation: silu }; the last axis of 5 can't be split into 2",
        "PatchEmbedding(a, b) { patchH: 2, patchW: 2 }; the picture has shape [1, 2, 4]; it needs",
      })
  void faults(String op, String message) {
    assertThatThrownBy(
            () -> parse("graph (a: f32[1, 2, 4], b: f32[5, 5], c: f32[5]) -> (y)\n y = " + op))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining(message);
  }
}
