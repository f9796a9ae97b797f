package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Rewriting.rewrite;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels last, and rows that are moved. */
class LayoutRulesTest {
  private static String conv(String kernel, String pads, String strides, int group) {
    return " { autoPad: notset, dilations: [], group: "
        + group
        + ", kernelShape: "
        + kernel
        + ", pads: "
        + pads
        + ", strides: "
        + strides
        + " }";
  }

  @Test
  void patches() {
    String head = "graph (x: f32[n, 3, 4, 7]) -> (y)\n %w: f32[5, 3, 2, 3] = random 1\n ";
    rewrite(new FusePatchEmbedding())
        .turns(head + "y = Conv(x, %w)" + conv("[2, 3]", "[]", "[2, 3]", 1))
        .into(
            head
                + "p = PatchEmbedding(x, %w) { patchH: 2, patchW: 3 }\n"
                + " t = Transpose(p) { perm: [0, 2, 1] }\n"
                + " y = Reshape(t, [-1, 5, 2, 2]) { allowzero: false }");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[0, 0, 1, 0] [2, 3] 1", "[] [1, 3] 1", "[] [2, 3] 3"})
  void noPatches(String parameters) {
    String[] p = parameters.split("(?<=]) | (?=\\d$)");
    int group = Integer.parseInt(p[2]);
    rewrite(new FusePatchEmbedding())
        .leaves(
            "graph (x: f32[n, 3, 4, 7]) -> (y)\n %w: f32[6, "
                + 3 / group
                + ", 2, 3] = random 1\n y = Conv(x, %w)"
                + conv("[2, 3]", p[0], p[1], group));
  }

  @Test
  void depthwiseConvolution() {
    String head =
        "graph (x: f32[n, 4, 5, 6]) -> (y)\n %w: f32[4, 1, 3, 3] = random 1\n %b: f32[4] = random 2\n ";
    rewrite(new ConvChannelsLast())
        .turns(head + "y = Conv(x, %w, %b)" + conv("[3, 3]", "[1, 1, 1, 1]", "[2, 1]", 4))
        .into(
            head
                + "a = Transpose(x) { perm: [0, 2, 3, 1] }\n"
                + " c = ChannelsLastConv(a, %w, %b) { strides: [2, 1], pads: [1, 1, 1, 1],"
                + " dilations: [1, 1], group: 4, activation: none }\n"
                + " y = Transpose(c) { perm: [0, 3, 1, 2] }");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"same_upper | [0, 1, 1, 1]", "same_lower | [1, 1, 0, 1]", "valid | [0, 0, 0, 0]"})
  void paddingBySize(String autoPad, String pads) {
    String head = "graph (x: f32[1, 2, 4, 5]) -> (y)\n %w: f32[3, 2, 3, 3] = random 1\n ";
    rewrite(new ConvChannelsLast())
        .turns(
            head
                + "y = Conv(x, %w) { autoPad: "
                + autoPad
                + ", dilations: [], group: 1, kernelShape: [], pads: [], strides: [2, 2] }")
        .into(
            head
                + "a = Transpose(x) { perm: [0, 2, 3, 1] }\n"
                + " c = ChannelsLastConv(a, %w) { strides: [2, 2], pads: "
                + pads
                + ", dilations: [1, 1], group: 1, activation: none }\n"
                + " y = Transpose(c) { perm: [0, 3, 1, 2] }");
  }

  @Test
  void convolutionOfSinglePixels() {
    rewrite(new ConvChannelsLast())
        .turns(
            "graph (x: f32[n, 2, 5, 6]) -> (y)\n %w: f32[3, 2, 1, 1] = [1, 2, 3, 4, 5, 6]\n y = Conv(x, %w)"
                + conv("[1, 1]", "[]", "[]", 1))
        .into(
            "graph (x: f32[n, 2, 5, 6]) -> (y)\n %w: f32[2, 3] = [1, 3, 5, 2, 4, 6]\n"
                + " a = Transpose(x) { perm: [0, 2, 3, 1] }\n"
                + " c = Linear(a, %w) { activation: none }\n y = Transpose(c) { perm: [0, 3, 1, 2] }");
  }

  private static final String RESIZE =
      "{ antialias: false, axes: [], coordinateTransformationMode: half_pixel, cubicCoeffA: -0.75,"
          + " excludeOutside: false, extrapolationValue: 0, keepAspectRatioPolicy: stretch,"
          + " mode: linear, nearestMode: floor }";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "y = Relu(t)                                 | z = Relu(x)",
        "y = Mul(t, 2)                               | z = Mul(x, 2)",
        "%c: f32[4, 1, 1] = [1, 2, 3, 4]; y = Add(t, %c) |"
            + " %c: f32[1, 1, 1, 4] = [1, 2, 3, 4]; z = Add(x, %c)",
        "%c: f32[2, 3] = [1, 2, 3, 4, 5, 6]; y = Sub(%c, t) |"
            + " %c: f32[1, 2, 3, 1] = [1, 2, 3, 4, 5, 6]; z = Sub(%c, x)",
        "y = Concat(t, t) { axis: 1 }                | z = Concat(x, x) { axis: 3 }",
        "y = Softmax(t) { axis: 1 }                  | z = Softmax(x) { axis: 3 }",
        "y = ArgMax(t) { axis: -3, keepdims: true, selectLastIndex: false } |"
            + " z = ArgMax(x) { axis: 3, keepdims: true, selectLastIndex: false }",
        "y = ReduceMean(t, [2, 3]) { keepdims: true, noopWithEmptyAxes: false } |"
            + " z = ReduceMean(x, [1, 2]) { keepdims: true, noopWithEmptyAxes: false }",
        "y = GlobalAveragePool(t) |"
            + " z = ReduceMean(x, [1, 2]) { keepdims: true, noopWithEmptyAxes: false }",
        "y = Resize(t, _, _, [1, 4, 4, 6]) RESIZE    | z = Resize(x, _, _, [1, 4, 6, 4]) RESIZE",
        "y = Resize(t, _, _, [4, 6]) AXES [2, 3] |  z = Resize(x, _, _, [4, 6]) AXES [1, 2]",
      })
  void transposeSinks(String before, String after) {
    String head = "graph (x: f32[1, 2, 3, 4]) -> (y)\n ";
    rewrite(new SinkTranspose())
        .turns(
            head
                + "t = Transpose(x) { perm: [0, 3, 1, 2] }\n"
                + before
                    .replace(';', '\n')
                    .replace("RESIZE", RESIZE)
                    .replaceAll("AXES (\\[.*])", RESIZE.replace("axes: []", "axes: $1")))
        .into(
            head
                + after
                    .replace(';', '\n')
                    .replace("RESIZE", RESIZE)
                    .replaceAll("AXES (\\[.*])", RESIZE.replace("axes: []", "axes: $1"))
                + "\n y = Transpose(z) { perm: [0, 3, 1, 2] }");
  }

  @Test
  void classesNeedNoTranspose() {
    String head = "graph (x: f32[1, 2, 3, 4]) -> (y)\n ";
    rewrite(new SinkTranspose())
        .turns(
            head
                + "t = Transpose(x) { perm: [0, 3, 1, 2] }\n"
                + " y = ArgMax(t) { axis: 1, keepdims: false, selectLastIndex: false }")
        .into(head + "y = ArgMax(x) { axis: 3, keepdims: false, selectLastIndex: false }");
  }

  @Test
  void functionBetweenViews() {
    String head = "graph (x: f32[1, 2, 3, 4]) -> (y)\n ";
    rewrite(new SinkViews())
        .turns(
            head
                + "t = Transpose(x) { perm: [0, 3, 1, 2] }\n g = Gelu(t) { approximate: none }\n"
                + " y = Reshape(g, [1, 4, 6]) { allowzero: false }")
        .into(
            head
                + "g = Gelu(x) { approximate: none }\n t = Transpose(g) { perm: [0, 3, 1, 2] }\n"
                + " y = Reshape(t, [1, 4, 6]) { allowzero: false }");
  }

  @Test
  void functionThatBelongsToAProduct() {
    String head =
        "graph (x: f32[6, 4]) -> (y)\n %w: f32[4, 2] = random 1\n l = Linear(x, %w) { activation: none }\n ";
    rewrite(new SinkViews())
        .turns(head + "r = Reshape(l, [2, 3, 2]) { allowzero: false }\n y = Relu(r)")
        .into(head + "r = Relu(l)\n y = Reshape(r, [2, 3, 2]) { allowzero: false }");
  }

  /** Two by two windows of two by two pixels. */
  @Test
  void windows() {
    rewrite(new GatherRows())
        .turns(
            """
            graph (x: f32[n, 16, 3]) -> (y)
              a = Reshape(x, [-1, 2, 2, 2, 6]) { allowzero: false }
              b = Transpose(a) { perm: [0, 1, 3, 2, 4] }
              c = Reshape(b, [-1, 4, 3]) { allowzero: false }
              y = Relu(c)
            """)
        .into(
            """
            graph (x: f32[n, 16, 3]) -> (y)
              %i: i64[16] = [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]
              a = Gather(x, %i) { axis: 1 }
              c = Reshape(a, [-1, 4, 3]) { allowzero: false }
              y = Relu(c)
            """);
  }

  @Test
  void windowsPutTogether() {
    rewrite(new GatherRows())
        .turns(
            """
            graph (x: f32[4, 4, 3]) -> (y)
              a = Reshape(x, [1, 2, 2, 2, 6]) { allowzero: false }
              b = Transpose(a) { perm: [0, 1, 3, 2, 4] }
              y = Reshape(b, [1, 16, 3]) { allowzero: false }
            """)
        .into(
            """
            graph (x: f32[4, 4, 3]) -> (y)
              %i: i64[16] = [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]
              a = Reshape(x, [1, 16, 3]) { allowzero: false }
              y = Gather(a, %i) { axis: 1 }
            """);
  }

  @Test
  void rolledRows() {
    rewrite(new GatherRows())
        .turns(
            """
            graph (x: f32[2, 2, 3, 5]) -> (y)
              a = Slice(x, [1], [3], [2])
              b = Slice(x, [0], [1], [2])
              y = Concat(a, b) { axis: 2 }
            """)
        .into(
            """
            graph (x: f32[2, 2, 3, 5]) -> (y)
              f = Reshape(x, [2, 6, 5]) { allowzero: false }
              g = Gather(f, [1, 2, 0, 4, 5, 3]) { axis: 1 }
              y = Reshape(g, [2, 2, 3, 5]) { allowzero: false }
            """);
  }

  /** Every other pixel, four of them side by side. */
  @Test
  void mergedPatches() {
    rewrite(new GatherRows())
        .turns(
            """
            graph (x: f32[1, 2, 4, 3]) -> (y)
              a = Slice(x, [0, 0], [2, 4], [1, 2], [2, 2])
              b = Slice(x, [1, 0], [2, 4], [1, 2], [2, 2])
              c = Slice(x, [0, 1], [2, 4], [1, 2], [2, 2])
              d = Slice(x, [1, 1], [2, 4], [1, 2], [2, 2])
              e = Concat(a, b, c, d) { axis: -1 }
              y = Reshape(e, [1, 2, 12]) { allowzero: false }
            """)
        .into(
            """
            graph (x: f32[1, 2, 4, 3]) -> (y)
              f = Reshape(x, [1, 8, 3]) { allowzero: false }
              g = Gather(f, [0, 4, 1, 5, 2, 6, 3, 7]) { axis: 1 }
              y = Reshape(g, [1, 2, 12]) { allowzero: false }
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y = Transpose(x) { perm: [0, 2, 1] }",
        "a = Reshape(x, [2, 4, 2, 3]) { allowzero: false }\n y = Transpose(a) { perm: [0, 2, 1, 3] }",
        "y = Reshape(x, [8, 6]) { allowzero: false }",
        "y = Transpose(x) { perm: [1, 0, 2] }",
        "a = Relu(x)\n y = Concat(a, x) { axis: 1 }",
        "a = Slice(x, [0], [3], [2])\n b = Slice(x, [3], [6], [2])\n y = Concat(b, a) { axis: 2 }",
      })
  void rowsThatAreCutOrMixed(String nodes) {
    rewrite(new GatherRows()).leaves("graph (x: f32[2, 4, 6]) -> (y)\n " + nodes);
  }
}
