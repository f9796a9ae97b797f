package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Rewriting.rewrite;

import dev.vitrine.compiler.rewrite.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products, what follows them, and products of products. */
class LinearRulesTest {
  private static final String HEAD =
      "graph (x: f32[n, 4], r: f32[n, 3]) -> (y)\n %w: f32[4, 3] = random 1\n %b: f32[3] = [1, 2, 3]\n ";

  @Test
  void product() {
    rewrite(new FuseProduct())
        .turns(HEAD + "y = MatMul(x, %w)")
        .into(HEAD + "y = Linear(x, %w) { activation: none }");
  }

  @Test
  void gemm() {
    rewrite(new FuseGemm())
        .turns(
            "graph (x: f32[n, 2]) -> (y)\n %w: f32[3, 2] = [1, 2, 3, 4, 5, 6]\n %b: f32[1, 3] = [1, 2, 3]\n"
                + " y = Gemm(x, %w, %b) { alpha: 2, beta: 10, transA: false, transB: true }")
        .into(
            "graph (x: f32[n, 2]) -> (y)\n %w: f32[2, 3] = [2, 6, 10, 4, 8, 12]\n"
                + " %b: f32[3] = [10, 20, 30]\n y = Linear(x, %w, %b) { activation: none }");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "y = Add(l, %b)                                             | x, %w, %b       | none",
        "y = Relu(l)                                                | x, %w           | relu",
        "a = Add(%b, l); y = Gelu(a) { approximate: none }          | x, %w, %b       | gelu",
        "y = Gelu(l) { approximate: tanh }                          | x, %w           | gelu_tanh",
        "y = Sigmoid(l)                                             | x, %w           | sigmoid",
        "s = Sigmoid(l); y = Mul(l, s)                              | x, %w           | silu",
        "a = Mul(l, 1.702); s = Sigmoid(a); y = Mul(s, l)           | x, %w           | quick_gelu",
        "y = Add(r, l)                                              | x, %w, _, r     | none",
        "a = Add(l, %b); c = Relu(a); y = Add(c, r)                 | x, %w, %b, r    | relu",
      })
  void epilogue(String after, String inputs, String activation) {
    rewrite(new FuseSwish(), new FuseEpilogue())
        .turns(HEAD + "l = Linear(x, %w) { activation: none }\n" + after.replace(';', '\n'))
        .into(HEAD + "y = Linear(" + inputs + ") { activation: " + activation + " }");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "l = Linear(x, %w) { activation: relu }; y = Add(l, %b)",
        "l = Linear(x, %w) { activation: relu }; y = Sigmoid(l)",
        "l = Linear(x, %w, _, r) { activation: none }; y = Relu(l)",
        "l = Linear(x, %w, _, r) { activation: none }; y = Add(l, r)",
        "%c: f32[2, 1, 3] = random 3; l = Linear(x, %w) { activation: none }; y = Add(l, %c)",
      })
  void noEpilogue(String nodes) {
    rewrite(new FuseEpilogue()).leaves(HEAD + nodes.replace(';', '\n'));
  }

  @Test
  void epilogueOfAValueReadElsewhere() {
    rewrite(new FuseEpilogue())
        .leaves(
            HEAD.replace("(y)", "(y, l)") + "l = Linear(x, %w) { activation: none }\n y = Relu(l)",
            Reason.USED_ELSEWHERE);
  }

  @Test
  void activationOfAConvolution() {
    String conv =
        "ChannelsLastConv(x, %w) { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], group: 1,"
            + " activation: ";
    String head = "graph (x: f32[1, 3, 3, 2]) -> (y)\n %w: f32[2, 2, 1, 1] = random 1\n ";
    rewrite(new FuseEpilogue())
        .turns(head + "c = " + conv + "none }\n y = Relu(c)")
        .into(head + "y = " + conv + "relu }");
  }

  @Test
  void gate() {
    String head = "graph (x: f32[n, 6]) -> (y)\n ";
    rewrite(new FuseSwish(), new FuseGate())
        .turns(
            head
                + "a, b = Split(x, [3, 3]) { axis: -1, numOutputs: 0 }\n s = Sigmoid(a)\n"
                + " c = Mul(a, s)\n y = Mul(c, b)")
        .into(head + "y = Gate(x) { activation: silu }");
  }

  @Test
  void gateWithHalvesSwapped() {
    rewrite(new FuseGate())
        .leaves(
            "graph (x: f32[n, 6]) -> (y)\n a = Slice(x, [0], [3], [1])\n b = Slice(x, [3], [6], [1])\n"
                + " c = Swish(b) { alpha: 1 }\n y = Mul(c, a)",
            Reason.OTHER_AXES);
  }

  @Test
  void gateOfTwoProducts() {
    String head = "graph (x: f32[n, 1]) -> (y)\n ";
    rewrite(new FuseGatedLinears())
        .turns(
            head
                + "%u: f32[1, 2] = [1, 2]\n %v: f32[1, 2] = [3, 4]\n %c: f32[2] = [5, 6]\n"
                + " a = Linear(x, %u, %c) { activation: none }\n b = Linear(x, %v) { activation: silu }\n"
                + " y = Mul(a, b)")
        .into(
            head
                + "%w: f32[1, 4] = [3, 4, 1, 2]\n %c: f32[4] = [0, 0, 5, 6]\n"
                + " a = Linear(x, %w, %c) { activation: none }\n y = Gate(a) { activation: silu }");
  }

  @Test
  void linearOfLinear() {
    String head = "graph (x: f32[n, 2]) -> (y)\n ";
    rewrite(new MergeLinears())
        .turns(
            head
                + "%v: f32[2, 3] = [1, 0, 2, 0, 1, 1]\n %c: f32[3] = [1, 1, 1]\n"
                + " %w: f32[3, 2] = [1, 2, 3, 4, 5, 6]\n %d: f32[2] = [10, 20]\n"
                + " a = Linear(x, %v, %c) { activation: none }\n"
                + " r = Reshape(a, [1, -1, 3]) { allowzero: false }\n"
                + " y = Linear(r, %w, %d) { activation: relu }")
        .into(
            head
                + "%w: f32[2, 2] = [11, 14, 8, 10]\n %d: f32[2] = [19, 32]\n"
                + " a = Linear(x, %w, %d) { activation: relu }\n"
                + " y = Reshape(a, [1, -1, 2]) { allowzero: false }");
  }

  @Test
  void bottleneckStays() {
    rewrite(new MergeLinears())
        .leaves(
            "graph (x: f32[n, 9]) -> (y)\n %v: f32[9, 2] = random 1\n %w: f32[2, 9] = random 2\n"
                + " a = Linear(x, %v) { activation: none }\n y = Linear(a, %w) { activation: none }",
            Reason.NO_GAIN);
  }

  @Test
  void queriesKeysAndValuesSideBySide() {
    String head = "graph (x: f32[n, 5, 2]) -> (y)\n ";
    rewrite(new MergeParallelLinears())
        .turns(
            head
                + "%u: f32[2, 2] = random 1\n %v: f32[2, 2] = random 2\n %w: f32[2, 2] = random 3\n"
                + " %c: f32[2] = [7, 8]\n"
                + " a = Linear(x, %u, %c) { activation: none }\n b = Linear(x, %v) { activation: none }\n"
                + " d = Linear(x, %w) { activation: none }\n"
                + " y = FusedAttention(a, b, d) { heads: 2, scale: 1 }")
        .into(
            head
                + "%w: f32[2, 6] = random 4\n %c: f32[6] = [7, 8, 0, 0, 0, 0]\n"
                + " a = Linear(x, %w, %c) { activation: none }\n"
                + " q = Slice(a, [0], [2], [2])\n k = Slice(a, [2], [4], [2])\n v = Slice(a, [4], [6], [2])\n"
                + " y = FusedAttention(q, k, v) { heads: 2, scale: 1 }");
  }

  @Test
  void otherReadersKeepProductsApart() {
    rewrite(new MergeParallelLinears())
        .leaves(
            "graph (x: f32[n, 2]) -> (y)\n %u: f32[2, 2] = random 1\n %v: f32[2, 2] = random 2\n"
                + " a = Linear(x, %u) { activation: none }\n b = Linear(x, %v) { activation: none }\n"
                + " y = Sub(a, b)");
  }

  /** SegFormer's head: three maps of channels before enlarging in place of one after. */
  @Test
  void channelsBeforeEnlarging() {
    String resize =
        " { antialias: false, axes: [], coordinateTransformationMode: half_pixel, cubicCoeffA: -0.75,"
            + " excludeOutside: false, extrapolationValue: 0, keepAspectRatioPolicy: stretch,"
            + " mode: linear, nearestMode: floor }\n ";
    String head = "graph (a: f32[1, 2, 2, 3], b: f32[1, 4, 4, 4], c: f32[1, 1, 1, 3]) -> (y)\n ";
    rewrite(new LinearBeforeResize())
        .turns(
            head
                + "%w: f32[10, 3] = random 1\n %b: f32[3] = [1, 2, 3]\n %s: f32[4] = [1, 4, 4, 1]\n"
                + " d = Resize(a, _, _, [1, 4, 4, 3])"
                + resize
                + "e = Resize(c, _, %s)"
                + resize
                + "f = Concat(d, b, e) { axis: -1 }\n y = Linear(f, %w, %b) { activation: relu }")
        .into(
            head
                + "%u: f32[3, 3] = random 1\n %v: f32[4, 3] = random 1\n %w: f32[3, 3] = random 1\n"
                + " %b: f32[3] = [1, 2, 3]\n %s: f32[4] = [1, 4, 4, 1]\n"
                + " f = Linear(a, %u, %b) { activation: none }\n d = Resize(f, _, _, [1, 4, 4, 3])"
                + resize
                + "g = Linear(b, %v) { activation: none }\n h = Add(d, g)\n"
                + " i = Linear(c, %w) { activation: none }\n e = Resize(i, _, %s)"
                + resize
                + "j = Add(h, e)\n y = Relu(j)");
  }

  @Test
  void channelsBeforeEnlargingAlongAxes() {
    String resize =
        " { antialias: false, axes: [1, 2], coordinateTransformationMode: half_pixel,"
            + " cubicCoeffA: -0.75, excludeOutside: false, extrapolationValue: 0,"
            + " keepAspectRatioPolicy: stretch, mode: linear, nearestMode: floor }\n ";
    String head = "graph (a: f32[n, 2, 2, 3]) -> (y)\n %w: f32[3, 2] = random 1\n ";
    rewrite(new LinearBeforeResize())
        .turns(
            head
                + "d = Resize(a, _, _, [4, 6])"
                + resize
                + "y = Linear(d, %w) { activation: none }")
        .into(
            head + "d = Linear(a, %w) { activation: none }\n y = Resize(d, _, _, [4, 6])" + resize);
  }

  @Test
  void shrinkingComesFirst() {
    rewrite(new LinearBeforeResize())
        .leaves(
            "graph (a: f32[1, 4, 4, 3]) -> (y)\n %w: f32[3, 3] = random 1\n"
                + " d = Resize(a, _, _, [1, 2, 2, 3]) { antialias: false, axes: [],"
                + " coordinateTransformationMode: half_pixel, cubicCoeffA: -0.75, excludeOutside: false,"
                + " extrapolationValue: 0, keepAspectRatioPolicy: stretch, mode: linear, nearestMode: floor }\n"
                + " y = Linear(d, %w) { activation: none }");
  }
}
