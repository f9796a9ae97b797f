package dev.vitrine.graph.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Shape arithmetic as exporters write it keeps named sizes, and what it says of them is true. */
final class SymbolicShapesTest {
  /**
   * @param type what is inferred for y
   */
  private record Case(String name, String type, String graph) {}

  private static final List<Case> CASES =
      List.of(
          new Case(
              "reshape by gathered batch",
              "f32[batch, 257, 6, 64]",
              """
              graph (x: f32[batch, 257, 384]) -> (y)
                s = Shape(x) { start: 0, end: null }
                b = Gather(s, 0:i64) { axis: 0 }
                u = Unsqueeze(b, [0])
                t = Concat(u, [257, 6, -1]) { axis: 0 }
                y = Reshape(x, t) { allowzero: false }
              """),
          new Case(
              "free batch with a fixed rest",
              "f32[16·batch, 49, 96]",
              """
              graph (x: f32[batch, 4, 7, 4, 7, 96]) -> (y)
                p = Transpose(x) { perm: [0, 1, 3, 2, 4, 5] }
                y = Reshape(p, [-1, 49, 96]) { allowzero: false }
              """),
          new Case(
              "windows put together again",
              "f32[batch, 4, 4, 7, 7, 96]",
              """
              graph (x: f32[batch, 784, 96]) -> (y)
                w = Reshape(x, [-1, 49, 96]) { allowzero: false }
                s = Shape(w) { start: 0, end: 1 }
                n = Div(s, 16)
                c = Cast(n) { to: i32, saturate: true, roundMode: up }
                i = Cast(c) { to: i64, saturate: true, roundMode: up }
                t = Concat(i, [4, 4, 7, 7, -1]) { axis: 0 }
                y = Reshape(w, t) { allowzero: false }
              """),
          new Case(
              "patch grid",
              "f32[batch, ⌊height/14⌋·⌊width/14⌋+1, 384]",
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
              """),
          new Case(
              "free size of several terms",
              "f32[batch, ⌊height/14⌋·⌊width/14⌋+1, 6, 64]",
              """
              graph (x: f32[batch, ⌊height/14⌋·⌊width/14⌋+1, 384]) -> (y)
                y = Reshape(x, [0, -1, 6, 64]) { allowzero: false }
              """),
          new Case(
              "tokens without the first",
              "f32[batch, n, 4]",
              """
              graph (x: f32[batch, n, 4], cls: f32[batch, 1, 4]) -> (y)
                all = Concat(cls, x) { axis: 1 }
                y = Slice(all, [1], [9223372036854775807], [1])
              """),
          new Case(
              "tokens without the last",
              "f32[n, 4]",
              """
              graph (x: f32[n, 4], cls: f32[1, 4]) -> (y)
                all = Concat(cls, x) { axis: 0 }
                y = Slice(all, [0], [-1], [0], [1])
              """),
          new Case(
              "a slice that may be cut short",
              "f32[⌊y.0⌋]",
              """
              graph (x: f32[n]) -> (y)
                y = Slice(x, [2], [9223372036854775807])
              """),
          new Case(
              "every second",
              "f32[batch, ⌊(n+1)/2⌋]",
              """
              graph (x: f32[batch, n]) -> (y)
                z = Pad(x, [0, 0, 0, 1]) { mode: constant }
                y = Slice(z, [1], [9223372036854775807], [1], [2])
              """),
          new Case(
              "expand where minus one keeps",
              "f32[batch, 1, 384]",
              """
              graph (x: f32[batch, 3], cls: f32[1, 1, 384]) -> (y)
                b = Shape(x) { start: 0, end: 1 }
                to = Concat(b, [-1, -1]) { axis: 0 }
                minus = Equal(to, [-1, -1, -1])
                ones = ConstantOfShape([3]) { value: i64[1][1] }
                size = Where(minus, ones, to)
                y = Expand(cls, size)
              """),
          new Case(
              "padding to a multiple",
              "f32[batch, 7·⌊(h+6)/7⌋]",
              """
              graph (x: f32[batch, h]) -> (y)
                s = Shape(x) { start: 1, end: 2 }
                r = Mod(s, 7) { fmod: false }
                d = Sub(7, r)
                p = Mod(d, 7) { fmod: false }
                n = Add(s, p)
                b = Shape(x) { start: 0, end: 1 }
                t = Concat(b, n) { axis: 0 }
                y = ConstantOfShape(t) { value: f32[1][0.0] }
              """),
          new Case(
              "range of a size",
              "i64[n]",
              """
              graph (x: f32[n, 4]) -> (y)
                s = Shape(x) { start: 0, end: 1 }
                n = Squeeze(s)
                y = Range(0:i64, n, 1:i64)
              """),
          new Case(
              "either of two names",
              "f32[⌊a|⌊q.0⌋⌋, 3]",
              """
              graph (x: f32[a, 3], z: f32[n, 3], s: i64[1]) -> (y)
                o = Mul(s, [0])
                one = Add(o, [1])
                q = Slice(z, [0], one, [0])
                y = Add(x, q)
              """),
          new Case(
              "what only a run can tell",
              "i64[2, 1, ⌊n.0⌋]",
              """
              graph (x: f32[a, b]) -> (y)
                n = NonZero(x)
                y = Unsqueeze(n, [1])
              """),
          new Case(
              "a shape that is an input",
              "f32[⌊y.0⌋, ⌊y.1⌋, 4]",
              """
              graph (x: f32[1, 4], s: i64[3]) -> (y)
                p = Slice(s, [0], [2])
                t = Concat(p, [1]) { axis: 0 }
                y = Expand(x, t)
              """),
          new Case(
              "uneven halves",
              "f32[⌊p.0⌋]",
              """
              graph (x: f32[n]) -> (y)
                p, q = Split(x) { axis: 0, numOutputs: 2 }
                y = Neg(p)
              """),
          new Case(
              "even halves",
              "f32[n]",
              """
              graph (x: f32[2·n]) -> (y)
                p, q = Split(x) { axis: 0, numOutputs: 2 }
                y = Add(p, q)
              """),
          new Case(
              "reduced product of a shape",
              "f32[a·b, 4]",
              """
              graph (x: f32[a, b, 4]) -> (y)
                s = Shape(x) { start: 0, end: -1 }
                n = ReduceProd(s) { keepdims: true, noopWithEmptyAxes: false }
                t = Concat(n, [4]) { axis: 0 }
                y = Reshape(x, t) { allowzero: false }
              """),
          new Case(
              "square grid by a power, counted from a cast number",
              "i64[⌊h/14⌋·⌊h/14⌋+1]",
              """
              graph (x: f32[1, 3, h, h]) -> (y)
                s = Shape(x) { start: 2, end: 3 }
                d = Div(s, 14)
                p = Pow(d, 2)
                q = Squeeze(p)
                n = Add(1:i64, q)
                zero = CastLike(0.0:f32, n) { saturate: true, roundMode: up }
                y = Range(zero, n, 1:i64)
              """),
          new Case(
              "pads as pairs, turned round",
              "f32[a+3, b+7]",
              """
              graph (x: f32[a, b]) -> (y)
                p = Concat([3, 4, 1, 2]) { axis: 0 }
                q = Reshape(p, [-1, 2]) { allowzero: false }
                r = Slice(q, [-1], [-9223372036854775807], [0], [-1])
                t = Transpose(r) { perm: [1, 0] }
                f = Reshape(t, [-1]) { allowzero: false }
                y = Pad(x, f) { mode: constant }
              """),
          new Case(
              "stride by a size less one",
              "f32[batch, 8, ⌊(h+3)/4⌋·⌊(w+3)/4⌋]",
              """
              graph (x: f32[batch, 3, h, w], k: f32[batch, 8, 1]) -> (y)
                s = Shape(x) { start: 2, end: null }
                m = Sub(s, 1:i64)
                d = Div(m, 4)
                n = Add(d, 1:i64)
                a = ReduceProd(n) { keepdims: true, noopWithEmptyAxes: false }
                b = Shape(x) { start: 0, end: 1 }
                t = Concat(b, [8], a) { axis: 0 }
                y = Expand(k, t)
              """),
          new Case(
              "a size that isn't known, told by the others",
              "f32[batch, 4, h·w]",
              """
              graph (x: f32[batch, 4, h, w], s: i64[1]) -> (y)
                b = Shape(x) { start: 0, end: 2 }
                n = Shape(x) { start: 2, end: null }
                p = ReduceProd(n) { keepdims: true, noopWithEmptyAxes: false }
                o = Mul(s, [0])
                q = Add(o, p)
                t = Concat(b, q) { axis: 0 }
                y = Reshape(x, t) { allowzero: false }
              """),
          new Case(
              "two sizes that aren't known",
              "f32[batch, ⌊y.1⌋, ⌊y.2⌋]",
              """
              graph (x: f32[batch, 4, h], s: i64[1]) -> (y)
                b = Shape(x) { start: 0, end: 1 }
                o = Mul(s, [0])
                i = Add(o, [2])
                t = Concat(b, i, [-1]) { axis: 0 }
                y = Reshape(x, t) { allowzero: false }
              """),
          new Case(
              "a pad that isn't known",
              "f32[batch, ⌊y.1⌋, 4]",
              """
              graph (x: f32[batch, n, 4], s: i64[1]) -> (y)
                p = Concat([0, 0, 0, 0], s, [0]) { axis: 0 }
                y = Pad(x, p) { mode: constant }
              """),
          new Case(
              "tiled by a batch",
              "f32[batch, 5, 2]",
              """
              graph (x: f32[batch, 3], e: f32[1, 5, 2]) -> (y)
                b = Shape(x) { start: 0, end: 1 }
                r = Concat(b, [1, 1]) { axis: 0 }
                y = Tile(e, r)
              """),
          new Case(
              "a larger and a smaller size",
              "f32[n+1, 3]",
              """
              graph (x: f32[n]) -> (y)
                s = Shape(x) { start: 0, end: 1 }
                m = Add(s, 1)
                u = Max(s, m)
                l = Min(u, [9223372036854775807])
                k = Min([3], [4])
                t = Concat(u, k) { axis: 0 }
                y = ConstantOfShape(t) { value: f32[1][0.0] }
              """));

  @TestFactory
  Stream<DynamicTest> inferred() {
    return CASES.stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.name,
                    () -> assertThat(graph(c).outputs().get("y").type()).hasToString(c.type)));
  }

  @TestFactory
  Stream<DynamicTest> trueInEveryRun() {
    return CASES.stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.name,
                    () -> {
                      for (long seed = 0; seed < 8; seed++) {
                        Soundness.check(graph(c), 1, 9, seed);
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> printedAndParsed() {
    return CASES.stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.name,
                    () -> {
                      String text = graph(c).toString();
                      Graph again = GraphParser.parse(text);
                      assertThat(again).hasToString(text);
                      assertThat(again.outputs().get("y").type())
                          .isEqualTo(graph(c).outputs().get("y").type());
                    }));
  }

  private static Graph graph(Case c) {
    return GraphParser.parse(c.graph);
  }
}
