package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Rewriting.rewrite;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that leave out what nobody reads. */
class DemandRulesTest {
  private static final String HEAD =
      "graph (x: f32[2, 8, 4], r: f32[2, 8, 3]) -> (y)\n %w: f32[4, 3] = random 1\n"
          + " %g: f32[4] = random 2\n %c: f32[8, 1] = random 3\n ";
  private static final String NORM = "{ axis: -1, epsilon: 1e-6, stashType: f32 }";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "a = Gelu(x) { approximate: none } | y = Gelu(p) { approximate: none }",
        "a = LayerNormalization(x, %g) NORM | y = LayerNormalization(p, %g) NORM",
        "a = Linear(x, %w, _, r) { activation: relu } |"
            + " q = Slice(r, [3], [5], [1]); y = Linear(p, %w, _, q) { activation: relu }",
        "a = Add(x, %c) | q = Slice(%c, [3], [5], [0]); y = Add(p, q)",
        "a = Mul(%g, x) | y = Mul(%g, p)",
        "a = Gate(x) { activation: silu } | y = Gate(p) { activation: silu }",
        "a = FusedAttention(x, x, x) { heads: 2, scale: 1 } |"
            + " y = FusedAttention(p, x, x) { heads: 2, scale: 1 }",
      })
  void rowsBefore(String before, String after) {
    rewrite(new SliceBefore())
        .turns(HEAD + before.replace("NORM", NORM) + "\n y = Slice(a, [3], [5], [1])")
        .into(
            HEAD
                + "p = Slice(x, [3], [5], [1])\n "
                + after.replace(';', '\n').replace("NORM", NORM));
  }

  @Test
  void biasOfTheQueries() {
    String head = "graph (x: f32[2, 8, 4]) -> (y)\n %b: f32[1, 2, 8, 8] = random 1\n";
    rewrite(new SliceBefore())
        .turns(
            head
                + " a = FusedAttention(x, x, x, %b) { heads: 2, scale: 1 }\n"
                + " y = Slice(a, [0], [1], [-2])")
        .into(
            head
                + " p = Slice(x, [0], [1], [1])\n q = Slice(%b, [0], [1], [2])\n"
                + " y = FusedAttention(p, x, x, q) { heads: 2, scale: 1 }");
  }

  @Test
  void oneRowKeepsItsAxisInside() {
    rewrite(new SliceBefore())
        .turns("graph (x: f32[2, 8, 4]) -> (y)\n a = Relu(x)\n y = Gather(a, -1:i64) { axis: 1 }")
        .into(
            "graph (x: f32[2, 8, 4]) -> (y)\n p = Slice(x, [7], [8], [1])\n a = Relu(p)\n"
                + " y = Reshape(a, [2, 4]) { allowzero: false }");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = Softmax(x) { axis: 1 }\n y = Slice(a, [0], [1], [1])",
        "a = Relu(x)\n y = Slice(a, [0], [1], [2])",
        "a = Relu(x)\n y = Slice(a, [0], [7], [1])",
        "a = Relu(x)\n b = Neg(a)\n d = Slice(a, [0], [1], [1])\n y = Add(b, d)",
        "a = LayerNormalization(x, %g) { axis: 1, epsilon: 1e-6, stashType: f32 }\n"
            + " y = Slice(a, [0], [1], [1])",
        "a = FusedAttention(x, x, x) { heads: 2, scale: 1 }\n y = Slice(a, [0], [1], [0])",
      })
  void rowsThatAreNeeded(String nodes) {
    rewrite(new SliceBefore()).leaves(HEAD + nodes);
  }

  @Test
  void queriesOfOneToken() {
    String head = "graph (x: f32[1, 8, 2]) -> (q, k)\n ";
    rewrite(new RowsOfColumns(), new DropColumns())
        .turns(
            head
                + "%w: f32[2, 4] = [1, 2, 3, 4, 5, 6, 7, 8]\n %b: f32[4] = [1, 2, 3, 4]\n"
                + " a = Linear(x, %w, %b) { activation: none }\n"
                + " q = Slice(a, [0, 0], [1, 2], [1, 2])\n k = Slice(a, [2], [4], [2])")
        .into(
            head
                + "%u: f32[2, 2] = [1, 2, 5, 6]\n %c: f32[2] = [1, 2]\n"
                + " %v: f32[2, 2] = [3, 4, 7, 8]\n %d: f32[2] = [3, 4]\n"
                + " p = Slice(x, [0], [1], [1])\n q = Linear(p, %u, %c) { activation: none }\n"
                + " a = Linear(x, %v, %d) { activation: none }\n k = Slice(a, [0], [2], [2])");
  }

  @Test
  void columnsInTheMiddle() {
    String head = "graph (x: f32[n, 2]) -> (p, q)\n ";
    rewrite(new DropColumns())
        .turns(
            head
                + "%w: f32[2, 4] = [1, 2, 3, 4, 5, 6, 7, 8]\n a = Linear(x, %w) { activation: none }\n"
                + " p = Slice(a, [0], [1], [1])\n q = Slice(a, [-2], [4], [-1])")
        .into(
            head
                + "%w: f32[2, 3] = [1, 3, 4, 5, 7, 8]\n a = Linear(x, %w) { activation: none }\n"
                + " p = Slice(a, [0], [1], [1])\n q = Slice(a, [1], [3], [1])");
  }
}
