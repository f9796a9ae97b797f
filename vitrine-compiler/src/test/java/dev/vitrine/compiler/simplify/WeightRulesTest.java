package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Rewriting.rewrite;

import dev.vitrine.compiler.rewrite.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that move arithmetic into weights. */
class WeightRulesTest {
  private static final String CONV =
      "{ autoPad: notset, dilations: [1, 1], group: 1, kernelShape: [2, 2], pads: [0, 0, 0, 0],"
          + " strides: [1, 1] }";
  private static final String NORM = "{ axis: -1, epsilon: 1e-6, stashType: f32 }";

  @Test
  void vectorIntoProductAndBias() {
    rewrite(new ScaleIntoWeights())
        .turns(
            """
            graph (x: f32[n, 2]) -> (y)
              %w: f32[2, 3] = [1, 2, 3, 4, 5, 6]
              %b: f32[3] = [1, 1, 1]
              %s: f32[3] = [2, 3, 4]
              p = MatMul(x, %w)
              q = Add(%b, p)
              y = Mul(q, %s)
            """)
        .into(
            """
            graph (x: f32[n, 2]) -> (y)
              %w: f32[2, 3] = [2, 6, 12, 8, 15, 24]
              %b: f32[3] = [2, 3, 4]
              p = MatMul(x, %w)
              y = Add(%b, p)
            """);
  }

  @Test
  void numberThroughHeadsAndScores() {
    rewrite(new ScaleIntoWeights())
        .turns(
            """
            graph (x: f32[1, 2, 4], k: f32[1, 2, 2, 2]) -> (y)
              %w: f32[4, 4] = random 1
              p = MatMul(x, %w)
              r = Reshape(p, [1, 2, 2, 2]) { allowzero: false }
              t = Transpose(r) { perm: [0, 2, 1, 3] }
              s = MatMul(t, k)
              y = Div(s, 1.4142135)
            """)
        .into(
            """
            graph (x: f32[1, 2, 4], k: f32[1, 2, 2, 2]) -> (y)
              %w: f32[4, 4] = random 2
              p = MatMul(x, %w)
              r = Reshape(p, [1, 2, 2, 2]) { allowzero: false }
              t = Transpose(r) { perm: [0, 2, 1, 3] }
              y = MatMul(t, k)
            """);
  }

  @Test
  void channelsIntoConvolution() {
    rewrite(new ScaleIntoWeights())
        .turns(
            "graph (x: f32[1, 1, 3, 3]) -> (y)\n %w: f32[2, 1, 2, 2] = [1, 2, 3, 4, 5, 6, 7, 8]\n"
                + " %b: f32[2] = [1, 2]\n %s: f32[2, 1, 1] = [10, 100]\n c = Conv(x, %w, %b) "
                + CONV
                + "\n y = Mul(c, %s)")
        .into(
            "graph (x: f32[1, 1, 3, 3]) -> (y)\n"
                + " %w: f32[2, 1, 2, 2] = [10, 20, 30, 40, 500, 600, 700, 800]\n"
                + " %b: f32[2] = [10, 200]\n y = Conv(x, %w, %b) "
                + CONV);
  }

  @Test
  void vectorIntoGemmWithTransposedWeights() {
    rewrite(new ScaleIntoWeights())
        .turns(
            """
            graph (x: f32[n, 2]) -> (y)
              %w: f32[3, 2] = [1, 2, 3, 4, 5, 6]
              %b: f32[3] = [1, 1, 1]
              %s: f32[3] = [2, 3, 4]
              g = Gemm(x, %w, %b) { alpha: 1, beta: 1, transA: false, transB: true }
              y = Mul(%s, g)
            """)
        .into(
            """
            graph (x: f32[n, 2]) -> (y)
              %w: f32[3, 2] = [2, 4, 9, 12, 20, 24]
              %b: f32[3] = [2, 3, 4]
              y = Gemm(x, %w, %b) { alpha: 1, beta: 1, transA: false, transB: true }
            """);
  }

  @Test
  void scaleAndShiftIntoLayerNormalization() {
    rewrite(new ScaleIntoWeights(), new ShiftIntoBias())
        .turns(
            "graph (x: f32[n, 3]) -> (y)\n %o: f32[3] = [1, 1, 1]\n %g: f32[3] = [2, 3, 4]\n"
                + " %b: f32[3] = [5, 6, 7]\n l = LayerNormalization(x, %o) "
                + NORM
                + "\n m = Mul(l, %g)\n y = Add(m, %b)")
        .into(
            "graph (x: f32[n, 3]) -> (y)\n %g: f32[3] = [2, 3, 4]\n %b: f32[3] = [5, 6, 7]\n"
                + " y = LayerNormalization(x, %g, %b) "
                + NORM);
  }

  @Test
  void scaleOfAValueReadElsewhere() {
    rewrite(new ScaleIntoWeights())
        .leaves(
            "graph (x: f32[n, 2]) -> (y, p)\n %w: f32[2, 4] = random 1\n p = MatMul(x, %w)\n"
                + " r = Reshape(p, [-1, 2, 2]) { allowzero: false }\n y = Mul(r, 2)",
            Reason.USED_ELSEWHERE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t = Transpose(r) { perm: [1, 0, 2] }\n q = Gather(t, 1:i64) { axis: 0 }\n"
            + " k = Gather(t, 0:i64) { axis: 0 }\n s = Mul(q, 5)\n y = Sub(s, k)",
        "k, q = Split(r, [1, 1]) { axis: 1, numOutputs: 0 }\n s = Div(q, 0.2)\n y = Sub(s, k)",
        "q = Slice(p, [2], [4], [1])\n k = Slice(p, [0], [2], [1])\n s = Mul(5, q)\n y = Sub(s, k)",
      })
  void partOfTheColumns(String nodes) {
    String head =
        "graph (x: f32[n, 1]) -> (y)\n %w: f32[1, 4] = [1, 2, 3, 4]\n %b: f32[4] = [1, 1, 1, 1]\n"
            + " o = MatMul(x, %w)\n p = Add(o, %b)\n r = Reshape(p, [-1, 2, 2]) { allowzero: false }\n ";
    rewrite(new ScalePartIntoWeights())
        .turns(head + nodes)
        .into(
            head.replace("[1, 2, 3, 4]", "[1, 2, 15, 20]").replace("[1, 1, 1, 1]", "[1, 1, 5, 5]")
                + nodes.replaceAll("\n s = \\w+\\([^)]*\\)", "").replace("Sub(s, k)", "Sub(q, k)"));
  }

  @Test
  void partsThatShareColumns() {
    rewrite(new ScalePartIntoWeights())
        .leaves(
            "graph (x: f32[n, 1]) -> (y)\n %w: f32[1, 4] = [1, 2, 3, 4]\n p = MatMul(x, %w)\n"
                + " q = Slice(p, [2], [4], [1])\n k = Slice(p, [0], [4], [1], [2])\n s = Mul(q, 5)\n"
                + " y = Sub(s, k)",
            Reason.USED_ELSEWHERE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s: f32[2, 1] = [2, 3]\n p = MatMul(x, %w)\n y = Mul(p, %s)",
        "%s: f32[2, 2, 3] = random 2\n p = MatMul(x, %w)\n y = Mul(p, %s)",
        "p = MatMul(x, %w)\n r = Relu(p)\n y = Mul(r, 2)",
        "%s: f32[4] = [1, 2, 3, 4]\n %c: f32[2, 1] = random 2\n p = MatMul(x, %c)\n y = Mul(p, %s)",
        "p = MatMul(x, %w)\n y = Div(2, p)",
      })
  void scalesThatDontGoIn(String nodes) {
    rewrite(new ScaleIntoWeights())
        .leaves("graph (x: f32[2, 2]) -> (y)\n %w: f32[2, 3] = random 1\n" + nodes);
  }

  @Test
  void sumsOfConstants() {
    rewrite(new ShiftIntoBias())
        .turns(
            "graph (x: f32[n, 2]) -> (y)\n %c: f32[2] = [1, 2]\n a = Add(%c, x)\n b = Add(a, 3)\n"
                + " y = Sub(b, 1)")
        .into("graph (x: f32[n, 2]) -> (y)\n %a: f32[2] = [3, 4]\n y = Add(%a, x)");
  }

  @Test
  void shiftIntoConvolutionWithoutBias() {
    rewrite(new ShiftIntoBias())
        .turns(
            "graph (x: f32[1, 1, 3, 3]) -> (y)\n %w: f32[2, 1, 2, 2] = random 1\n"
                + " %s: f32[1, 2, 1, 1] = [10, 100]\n c = Conv(x, %w) "
                + CONV
                + "\n y = Add(%s, c)")
        .into(
            "graph (x: f32[1, 1, 3, 3]) -> (y)\n %w: f32[2, 1, 2, 2] = random 1\n"
                + " %s: f32[2] = [10, 100]\n y = Conv(x, %w, %s) "
                + CONV);
  }

  @Test
  void sumThatWouldGrow() {
    rewrite(new ShiftIntoBias())
        .leaves(
            "graph (x: f32[9, 9]) -> (y)\n %c: f32[9, 1] = random 1\n %d: f32[1, 9] = random 2\n"
                + " a = Add(x, %c)\n y = Add(a, %d)",
            Reason.TOO_LARGE);
  }

  @Test
  void batchNormalisation() {
    String vectors =
        " %g: f32[2] = [1, 2]\n %h: f32[2] = [0.5, 0.25]\n %m: f32[2] = [1, -1]\n %v: f32[2] = [4, 16]\n";
    rewrite(new BatchNormIntoConv())
        .turns(
            "graph (x: f32[1, 1, 3, 3]) -> (y)\n %w: f32[2, 1, 2, 2] = [1, 2, 3, 4, 5, 6, 7, 8]\n"
                + vectors
                + " c = Conv(x, %w) "
                + CONV
                + "\n y = BatchNormalization(c, %g, %h, %m, %v)"
                + " { epsilon: 0, momentum: 0.9, trainingMode: false }")
        .into(
            "graph (x: f32[1, 1, 3, 3]) -> (y)\n"
                + " %w: f32[2, 1, 2, 2] = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4]\n %b: f32[2] = [0, 0.75]\n"
                + " y = Conv(x, %w, %b) "
                + CONV);
  }

  @Test
  void batchNormalisationAfterTransposedConvolution() {
    String attributes =
        "{ autoPad: notset, dilations: [1, 1], group: 1, kernelShape: [2, 2], outputPadding: [],"
            + " outputShape: [], pads: [0, 0, 0, 0], strides: [2, 2] }";
    rewrite(new BatchNormIntoConv())
        .turns(
            "graph (x: f32[1, 3, 2, 2]) -> (y)\n %w: f32[3, 2, 2, 2] = random 1\n %b: f32[2] = [1, 2]\n"
                + " %g: f32[2] = [1, 2]\n %h: f32[2] = [1, 1]\n %m: f32[2] = [0, 1]\n %v: f32[2] = [1, 4]\n"
                + " c = ConvTranspose(x, %w, %b) "
                + attributes
                + "\n y = BatchNormalization(c, %g, %h, %m, %v)"
                + " { epsilon: 0, momentum: 0.9, trainingMode: false }")
        .into(
            "graph (x: f32[1, 3, 2, 2]) -> (y)\n %w: f32[3, 2, 2, 2] = random 2\n %b: f32[2] = [2, 2]\n"
                + " y = ConvTranspose(x, %w, %b) "
                + attributes);
  }

  @Test
  void padding() {
    String head = "graph (x: f32[1, 1, 3, 3]) -> (y)\n %w: f32[2, 1, 2, 2] = random 1\n ";
    rewrite(new PadIntoConv())
        .turns(
            head
                + "p = Pad(x, [0, 0, 1, 2, 0, 0, 3, 0], 0) { mode: constant }\n y = Conv(p, %w) "
                + CONV.replace("[0, 0, 0, 0]", "[0, 1, 0, 1]"))
        .into(head + "y = Conv(x, %w) " + CONV.replace("[0, 0, 0, 0]", "[1, 3, 3, 1]"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0, 0, 1, 1, 0, 0, 1, 1] 1 constant", "0, 0, 1, 1, 0, 0, 1, 1] 0 edge"})
  void otherPadding(String pads) {
    String[] p = pads.split(" (?=\\d [a-z])| (?=[a-z])");
    rewrite(new PadIntoConv())
        .leaves(
            "graph (x: f32[1, 1, 3, 3]) -> (y)\n %w: f32[2, 1, 2, 2] = random 1\n p = Pad(x, ["
                + p[0]
                + ", "
                + p[1]
                + ") { mode: "
                + p[2]
                + " }\n y = Conv(p, %w) "
                + CONV);
  }

  @Test
  void consecutiveProducts() {
    rewrite(new MergeProducts())
        .turns(
            """
            graph (x: f32[n, 2]) -> (y)
              %a: f32[2, 3] = [1, 0, 2, 0, 1, 1]
              %c: f32[3] = [1, 1, 1]
              %b: f32[3, 2] = [1, 2, 3, 4, 5, 6]
              p = MatMul(x, %a)
              q = Add(p, %c)
              y = MatMul(q, %b)
            """)
        .into(
            """
            graph (x: f32[n, 2]) -> (y)
              %a: f32[2, 2] = [11, 14, 8, 10]
              %c: f32[2] = [9, 12]
              p = MatMul(x, %a)
              y = Add(p, %c)
            """);
  }

  @Test
  void productsThatSaveWork() {
    rewrite(new MergeProducts())
        .leaves(
            "graph (x: f32[n, 9]) -> (y)\n %a: f32[9, 2] = random 1\n %b: f32[2, 9] = random 2\n"
                + " p = MatMul(x, %a)\n y = MatMul(p, %b)",
            Reason.NO_GAIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p = Pow(d, 2)\n v = ReduceMean(p, [-1]) { keepdims: true, noopWithEmptyAxes: false }\n"
            + " e = Add(v, 1e-6)\n s = Sqrt(e)\n y = Div(d, s)",
        "p = Mul(d, d)\n v = ReduceMean(p, [1]) { keepdims: true, noopWithEmptyAxes: false }\n"
            + " e = Add(1e-6, v)\n s = Sqrt(e)\n r = Reciprocal(s)\n y = Mul(r, d)",
        "p = Pow(d, 2)\n v = ReduceMean(p, [1]) { keepdims: true, noopWithEmptyAxes: false }\n"
            + " e = Add(v, 1e-6)\n r = Pow(e, -0.5)\n y = Mul(d, r)",
      })
  void layerNormalisation(String nodes) {
    rewrite(new FuseLayerNorm())
        .turns(
            "graph (x: f32[n, 4]) -> (y)\n"
                + " m = ReduceMean(x, [-1]) { keepdims: true, noopWithEmptyAxes: false }\n"
                + " d = Sub(x, m)\n "
                + nodes)
        .into(
            "graph (x: f32[n, 4]) -> (y)\n %o: f32[4] = [1, 1, 1, 1]\n y = LayerNormalization(x, %o) "
                + NORM);
  }

  @Test
  void normalisationOverOtherAxes() {
    rewrite(new FuseLayerNorm())
        .leaves(
            """
            graph (x: f32[n, 4, 3]) -> (y)
              m = ReduceMean(x, [1]) { keepdims: true, noopWithEmptyAxes: false }
              d = Sub(x, m)
              p = Mul(d, d)
              v = ReduceMean(p, [1]) { keepdims: true, noopWithEmptyAxes: false }
              e = Add(v, 1e-6)
              s = Sqrt(e)
              y = Div(d, s)
            """,
            Reason.OTHER_AXES);
  }

  @Test
  void productsSideBySide() {
    rewrite(new MergeParallelProducts())
        .turns(
            """
            graph (x: f32[n, 2]) -> (a, s)
              %u: f32[2, 1] = [1, 2]
              %v: f32[2, 3] = [3, 4, 5, 6, 7, 8]
              %c: f32[1] = [9]
              p = MatMul(x, %u)
              a = Add(p, %c)
              b = MatMul(x, %v)
              s = Relu(b)
            """)
        .into(
            """
            graph (x: f32[n, 2]) -> (a, s)
              %w: f32[2, 4] = [1, 3, 4, 5, 2, 6, 7, 8]
              %c: f32[4] = [9, 0, 0, 0]
              p = MatMul(x, %w)
              q = Add(p, %c)
              a, b = Split(q, [1, 3]) { axis: -1, numOutputs: 0 }
              s = Relu(b)
            """);
  }

  @Test
  void splitBehindReshapeAndTranspose() {
    rewrite(new SplitAfterViews())
        .turns(
            """
            graph (x: f32[n, 5, 12]) -> (i, j, k)
              a, b, c = Split(x, [4, 4, 4]) { axis: -1, numOutputs: 0 }
              d = Reshape(a, [-1, 5, 2, 2]) { allowzero: false }
              e = Reshape(b, [-1, 5, 2, 2]) { allowzero: false }
              f = Reshape(c, [-1, 5, 2, 2]) { allowzero: false }
              i = Transpose(d) { perm: [0, 2, 1, 3] }
              j = Transpose(e) { perm: [0, 2, 3, 1] }
              k = Transpose(f) { perm: [0, 2, 1, 3] }
            """)
        .into(
            """
            graph (x: f32[n, 5, 12]) -> (i, j, k)
              d = Reshape(x, [-1, 5, 6, 2]) { allowzero: false }
              e = Transpose(d) { perm: [0, 2, 1, 3] }
              i, a, k = Split(e, [2, 2, 2]) { axis: 1, numOutputs: 0 }
              j = Transpose(a) { perm: [0, 1, 3, 2] }
            """);
  }
}
