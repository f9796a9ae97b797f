package dev.vitrine.graph.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import org.junit.jupiter.api.Test;

/** Shape arithmetic as exporters write it keeps named sizes. */
final class SymbolicShapesTest {
  private static String type(String text) {
    Graph g = GraphParser.parse(text);
    return g.outputs().get("y").type().toString();
  }

  @Test
  void reshapeByShapeArithmetic() {
    assertThat(
            type(
                """
                graph (x: f32[batch, 257, 384]) -> (y)
                  s = Shape(x) { start: 0, end: null }
                  b = Gather(s, 0:i64) { axis: 0 }
                  u = Unsqueeze(b, [0])
                  t = Concat(u, [257, 6, -1]) { axis: 0 }
                  y = Reshape(x, t) { allowzero: false }
                """))
        .isEqualTo("f32[batch, 257, 6, 64]");
  }

  @Test
  void patchGrid() {
    assertThat(
            type(
                """
                graph (x: f32[batch, 3, height, width]) -> (y)
                  s = Shape(x) { start: 0, end: null }
                  h = Slice(s, [2], [3])
                  w = Slice(s, [3], [4])
                  rows = Div(h, 14)
                  columns = Div(w, 14)
                  n = Mul(rows, columns)
                  t = Add(n, 1)
                  b = Slice(s, [0], [1])
                  to = Concat(b, t, [384]) { axis: 0 }
                  y = ConstantOfShape(to) { value: f32[1][0.0] }
                """))
        .isEqualTo("f32[batch, ⌊height/14⌋·⌊width/14⌋+1, 384]");
  }

  @Test
  void expandWhereIdiom() {
    assertThat(
            type(
                """
                graph (x: f32[batch, 3], cls: f32[1, 1, 384]) -> (y)
                  b = Shape(x) { start: 0, end: 1 }
                  to = Concat(b, [-1, -1]) { axis: 0 }
                  minus = Equal(to, [-1, -1, -1])
                  size = Where(minus, [1, 1, 1], to)
                  y = Expand(cls, size)
                """))
        .isEqualTo("f32[batch, 1, 384]");
  }

  @Test
  void freeSizeOfReshape() {
    assertThat(
            type(
                """
                graph (x: f32[batch, ⌊height/14⌋·⌊width/14⌋+1, 384]) -> (y)
                  y = Reshape(x, [0, -1, 6, 64]) { allowzero: false }
                """))
        .isEqualTo("f32[batch, ⌊height/14⌋·⌊width/14⌋+1, 6, 64]");
  }
}
