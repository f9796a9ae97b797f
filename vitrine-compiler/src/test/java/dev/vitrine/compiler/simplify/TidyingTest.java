package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Rewriting.rewrite;

import dev.vitrine.compiler.rewrite.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that fold, and rules that drop what has no effect. */
class TidyingTest {
  @Test
  void foldsConstants() {
    rewrite(new FoldConstants(1000))
        .turns(
            """
            graph (x: f32[3]) -> (y)
              %c: f32[3] = [1, 2, 3]
              a = Mul(%c, 2)
              b = Sqrt(4:f32)
              d = Add(a, b)
              y = Add(x, d)
            """)
        .into("graph (x: f32[3]) -> (y)\n %c: f32[3] = [4, 6, 8]\n y = Add(x, %c)");
  }

  @Test
  void foldsSizesThatAreKnown() {
    rewrite(new FoldConstants(1000))
        .turns(
            """
            graph (x: f32[n, 3, 5]) -> (y)
              s = Shape(x) { start: 1, end: null }
              y = Gather(s, 1:i64) { axis: 0 }
            """)
        .into("graph (x: f32[n, 3, 5]) -> (y = %c)\n %c: i64[] = [5]");
  }

  @Test
  void leavesSizesThatAreNamed() {
    rewrite(new FoldConstants(1000))
        .leaves(
            """
            graph (x: f32[n, 3, 5]) -> (y)
              s = Shape(x) { start: 0, end: null }
              y = Gather(s, 0:i64) { axis: 0 }
            """);
  }

  @Test
  void leavesWhatWouldGrow() {
    rewrite(new FoldConstants(100))
        .leaves(
            "graph (x: f32[40]) -> (y)\n a = Expand(1:f32, [40])\n y = Add(x, a)",
            Reason.TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y = Identity(x)",
        "y = Cast(x) { to: f32, saturate: true, roundMode: up }",
        "y = Reshape(x, [2, 3]) { allowzero: false }",
        "y = Transpose(x) { perm: [0, 1] }",
        "y = Slice(x, [0], [9223372036854775807], [1])",
        "y = Pad(x, [0, 0, 0, 0]) { mode: constant }",
        "y = Concat(x) { axis: 1 }",
        "y = Expand(x, [1, 3])",
        "y = Tile(x, [1, 1])",
        "y = Clip(x)",
        "y, m = Dropout(x, 0.5)",
        "y = Add(x, 0)",
        "y = Add(0, x)",
        "y = Sub(x, 0)",
        "y = Mul(1, x)",
        "y = Div(x, 1)",
        "y = Pow(x, 1)",
        "y = Sum(x)",
        "%c: bool[1, 3] = [1, 1, 1]\n w = Neg(x)\n y = Where(%c, x, w)",
        "%c: f32[2] = [1, 1]\n y = Resize(x, _, %c, _) { antialias: false, axes: [],"
            + " coordinateTransformationMode: half_pixel, cubicCoeffA: -0.75, excludeOutside: false,"
            + " extrapolationValue: 0, keepAspectRatioPolicy: stretch, mode: linear,"
            + " nearestMode: floor }",
      })
  void dropsNoOps(String node) {
    rewrite(new DropNoOps())
        .turns("graph (x: f32[2, 3]) -> (z)\n" + node + "\n z = Relu(y)")
        .into("graph (x: f32[2, 3]) -> (z)\n z = Relu(x)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y = Cast(x) { to: f16, saturate: true, roundMode: up }",
        "y = Slice(x, [1], [-4], [1], [-1])",
        "y = Pad(x, [1, 0, -1, 0]) { mode: constant }",
        "y = Sub(0, x)",
        "y = Div(1, x)",
        "y = Mul(x, 2)",
        "%c: f32[1, 2, 3] = [0, 0, 0, 0, 0, 0]\n y = Add(x, %c)",
        "y = Transpose(x) { perm: [] }",
      })
  void keepsWhatDoesSomething(String node) {
    rewrite(new DropNoOps()).leaves("graph (x: f32[2, 3]) -> (y)\n" + node);
  }

  @Test
  void writesTargetsAsConstants() {
    rewrite(new FoldShapes())
        .turns(
            """
            graph (x: f32[n, 6, m]) -> (y)
              s = Shape(x) { start: 0, end: 1 }
              t = Shape(x) { start: 2, end: 3 }
              u = Concat(s, [2, 3], t) { axis: 0 }
              y = Reshape(x, u) { allowzero: false }
            """)
        .into(
            "graph (x: f32[n, 6, m]) -> (y)\n y = Reshape(x, [0, 2, 3, -1]) { allowzero: false }");
  }

  @Test
  void writesScalesAsConstants() {
    String attributes =
        "{ antialias: false, axes: [], coordinateTransformationMode: half_pixel, cubicCoeffA: -0.75,"
            + " excludeOutside: false, extrapolationValue: 0, keepAspectRatioPolicy: stretch,"
            + " mode: linear, nearestMode: floor }";
    rewrite(new FoldSizes())
        .turns(
            "graph (x: f32[n, 3, 2, 4]) -> (y)\n s = Shape(x) { start: 0, end: 2 }\n"
                + " t = Concat(s, [4, 6]) { axis: 0 }\n y = Resize(x, _, _, t) "
                + attributes)
        .into(
            "graph (x: f32[n, 3, 2, 4]) -> (y)\n %s: f32[4] = [1, 1, 2, 1.5]\n y = Resize(x, _, %s) "
                + attributes);
  }

  @Test
  void keepsOneOfTwo() {
    rewrite(new CommonSubexpressions())
        .turns(
            """
            graph (x: f32[2, 3], z: f32[2, 3]) -> (y)
              a = Transpose(x) { perm: [1, 0] }
              b = Transpose(x) { perm: [1, 0] }
              c = Reshape(a, [6]) { allowzero: false }
              d = Reshape(b, [6]) { allowzero: false }
              e = Sub(x, z)
              f = Sub(z, x)
              g = Reshape(e, [6]) { allowzero: false }
              h = Reshape(f, [6]) { allowzero: false }
              y = Concat(c, d, g, h) { axis: 0 }
            """)
        .into(
            """
            graph (x: f32[2, 3], z: f32[2, 3]) -> (y)
              a = Transpose(x) { perm: [1, 0] }
              c = Reshape(a, [6]) { allowzero: false }
              e = Sub(x, z)
              f = Sub(z, x)
              g = Reshape(e, [6]) { allowzero: false }
              h = Reshape(f, [6]) { allowzero: false }
              y = Concat(c, c, g, h) { axis: 0 }
            """);
  }

  @Test
  void dropsGuardsOfFiniteScores() {
    String head = "graph (q: f32[2, 3, 4], k: f32[2, 4, 3]) -> (y)\n s = MatMul(q, k)\n";
    rewrite(new DropNanGuard())
        .turns(
            head
                + "p = Softmax(s) { axis: -1 }\n n = IsNaN(p)\n w = Where(n, 0:f32, p)\n y = MatMul(w, q)")
        .into(head + "p = Softmax(s) { axis: -1 }\n y = MatMul(p, q)");
  }

  @Test
  void keepsGuardsOfMaskedScores() {
    rewrite(new DropNanGuard())
        .leaves(
            "graph (s: f32[2, 3, 3]) -> (y)\n p = Softmax(s) { axis: -1 }\n n = IsNaN(p)\n"
                + " y = Where(n, 0:f32, p)");
  }

  @Test
  void broadcastsInsteadOfExpanding() {
    rewrite(new SinkExpand())
        .turns(
            """
            graph (x: f32[n, 2, 3]) -> (y)
              %c: bool[1, 2, 3] = [0, 1, 0, 1, 0, 1]
              s = Shape(x) { start: 0, end: null }
              e = Expand(%c, s)
              m = Where(e, 0:f32, -100:f32)
              y = Add(x, m)
            """)
        .into(
            """
            graph (x: f32[n, 2, 3]) -> (y)
              %c: bool[1, 2, 3] = [0, 1, 0, 1, 0, 1]
              m = Where(%c, 0:f32, -100:f32)
              y = Add(x, m)
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1], [9], [0] | [2], [7], [0] | [3], [8], [0] |",
        "[0, 1], [9, 5], [0, 1] | [2], [9], [0] | [2, 1], [9, 5], [0, 1] |",
        "[1], [9], [0], [2] | [1], [4], [0], [2] | [3], [8], [0] | [4]",
        "[-1], [-99], [0], [-1] | [0], [9], [0], [2] | [8], [-9223372036854775808], [0] | [-2]",
        "[-4], [9], [0] | [-2], [9], [0] | [7], [9], [0] |",
      })
  void mergesSlices(String first, String second, String merged, String step) {
    String all = merged + (step == null ? "" : ", " + step);
    rewrite(new MergeSlices())
        .turns(
            "graph (x: f32[9, 5]) -> (y)\n a = Slice(x, "
                + first
                + ")\n y = Slice(a, "
                + second
                + ")")
        .into("graph (x: f32[9, 5]) -> (y)\n y = Slice(x, " + all + ")");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "a = Concat(x, z) { axis: 0 }; y = Concat(a, x) { axis: -2 } | y = Concat(x, z, x) { axis: 0 }",
        "a, b, c = Split(x, [1, 2, 1]) { axis: 0, numOutputs: 0 }; y = Concat(a, b, c) { axis: 0 } |"
            + " y = Identity(x)",
        "a = Slice(x, [0], [1], [0]); b = Slice(x, [1], [9], [0]); y = Concat(a, b) { axis: 0 } |"
            + " y = Identity(x)",
        "a = Slice(x, [1], [2], [1]); b = Slice(x, [2], [4], [1]); y = Concat(z, a, b) { axis: 1 } |"
            + " a = Slice(x, [1], [4], [1]); y = Concat(z, a) { axis: 1 }",
      })
  void mergesConcats(String before, String after) {
    String head = "graph (x: f32[4, 5], z: f32[4, 5]) -> (y)\n";
    rewrite(new MergeConcats(), new DropNoOps())
        .turns(head + before.replace(';', '\n'))
        .into(
            after.contains("Identity")
                ? head.replace("(y)", "(y = x)")
                : head + after.replace(';', '\n'));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = Slice(x, [1], [9], [0])\n b = Slice(x, [0], [1], [0])\n y = Concat(a, b) { axis: 0 }",
        "a = Slice(x, [0], [4], [0], [2])\n b = Slice(x, [2], [4], [0])\n y = Concat(a, b) { axis: 0 }",
        "a = Concat(x, z) { axis: 0 }\n y = Concat(a, a) { axis: 1 }",
      })
  void keepsConcats(String nodes) {
    rewrite(new MergeConcats()).leaves("graph (x: f32[4, 5], z: f32[4, 5]) -> (y)\n" + nodes);
  }

  @ParameterizedTest
  @CsvSource({
    "f16, f32, f64",
    "bool, i64, f32",
    "u8, i32, f32",
    "i8, f16, f32",
    "f32, f64, f16",
    "f8e5m2, f32, f16",
    "i4, i8, f32",
    "f4e2m1, f64, bf16"
  })
  void mergesCasts(String from, String over, String to) {
    String head = "graph (x: " + from + "[3]) -> (y)\n ";
    rewrite(new MergeCasts())
        .turns(head + cast("a", "x", over) + "\n " + cast("y", "a", to))
        .into(head + cast("y", "x", to));
  }

  @ParameterizedTest
  @CsvSource({
    "f32, f16, f32",
    "f32, i64, f32",
    "i64, f32, i64",
    "i8, u8, f32",
    "i32, bool, f32",
    "f16, f8e5m2, f32",
    "u8, u4, f32",
    "i4, f8e4m3fn, f32",
    "bool, f8e8m0, f32"
  })
  void keepsCasts(String from, String over, String to) {
    rewrite(new MergeCasts())
        .leaves(
            "graph (x: "
                + from
                + "[3]) -> (y)\n "
                + cast("a", "x", over)
                + "\n "
                + cast("y", "a", to));
  }

  private static String cast(String y, String x, String to) {
    return y + " = Cast(" + x + ") { to: " + to + ", saturate: true, roundMode: up }";
  }

  @Test
  void powers() {
    rewrite(new SimplifyPower())
        .turns(
            "graph (x: f32[3]) -> (y)\n a = Exp(x)\n b = Pow(a, 0.5)\n c = Pow(b, -1)\n y = Pow(c, 3)")
        .into(
            "graph (x: f32[3]) -> (y)\n a = Exp(x)\n b = Sqrt(a)\n c = Reciprocal(b)\n y = Pow(c, 3)");
  }
}
