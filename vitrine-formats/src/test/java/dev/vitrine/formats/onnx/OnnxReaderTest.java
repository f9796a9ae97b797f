package dev.vitrine.formats.onnx;

import static dev.vitrine.formats.onnx.Protos.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.UnsupportedException;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxReaderTest {
  record Case(String name, Protos model, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Protos opset(long version) {
    return new Protos(version);
  }

  private static Tensor floats(float... v) {
    return Tensor.f32(Shape.of(v.length), v);
  }

  static Stream<Case> malformed() {
    Protos x = opset(17).input("x", 2, 3);
    return Stream.of(
        new Case(
            "no opset",
            opset(0).input("x", 2).node("Relu", "x", "y").output("y"),
            "is written in opset 0"),
        new Case(
            "opset of the future",
            opset(99).input("x", 2).node("Relu", "x", "y").output("y"),
            "opset 99"),
        new Case(
            "cycle",
            opset(17).input("x", 2).node("Add", "x b", "a").node("Relu", "a", "b").output("b"),
            "node 'a' (Add) is part of a cycle"),
        new Case(
            "missing input",
            opset(17).input("x", 2).node("Add", "x nothing", "y").output("y"),
            "node 'y' (Add) reads 'nothing', which nothing gives"),
        new Case(
            "missing output",
            opset(17).input("x", 2).node("Relu", "x", "y").output("z"),
            "no value 'z'"),
        new Case(
            "two nodes give one value",
            opset(17).input("x", 2).node("Relu", "x", "y").node("Abs", "x", "y").output("y"),
            "gives 'y', which is given already"),
        new Case(
            "two inputs of one name",
            opset(17).input("x", 2).input("x", 2).output("x"),
            "two inputs are named 'x'"),
        new Case(
            "two outputs of one name",
            opset(17).input("x", 2).node("Relu", "x", "y").output("y").output("y"),
            "two outputs are named 'y'"),
        new Case(
            "node without outputs", opset(17).input("x", 2).node("Relu", "x", ""), "gives nothing"),
        new Case(
            "too many outputs",
            opset(17).input("x", 2).node("Relu", "x", "y z").output("y"),
            "node 'y' (Relu): has 2 outputs but gives 1"),
        new Case(
            "wrong rank",
            opset(17).input("x", 2, 3).input("w", 4).node("Conv", "x w", "y").output("y"),
            "node 'y' (Conv)"),
        new Case(
            "shapes that don't broadcast",
            opset(17).input("x", 2, 3).input("w", 4).node("Add", "x w", "y").output("y"),
            "shapes [2, 3] and [4] don't broadcast"),
        new Case(
            "required attribute missing",
            opset(17).input("x", 2).node("Concat", "x x", "y").output("y"),
            "node 'y' (Concat): has no attribute 'axis'"),
        new Case(
            "attribute of the wrong kind",
            opset(17)
                .input("x", 2)
                .add(node("Concat", "x x", "y", Map.of("axis", "zero")))
                .output("y"),
            "attribute 'axis' can't be zero"),
        new Case(
            "attribute out of range",
            opset(17)
                .input("x", 2)
                .add(node("Softmax", "x", "y", Map.of("axis", Long.MAX_VALUE)))
                .output("y"),
            "axis 9223372036854775807 is outside shape [2]"),
        new Case(
            "unknown attribute",
            opset(17).input("x", 2).add(node("Softmax", "x", "y", Map.of("beta", 2f))).output("y"),
            "attribute 'beta' is not supported"),
        new Case(
            "function that calls itself",
            x.node("Relu", "x", "z")
                .add(new OnnxNode("call", "own", "F", "", 0, List.of("z"), List.of("y"), Map.of()))
                .function(
                    "F",
                    "a",
                    "b",
                    17,
                    new OnnxNode("", "own", "F", "", 0, List.of("a"), List.of("b"), Map.of()))
                .output("y"),
            "'F' calls itself"),
        new Case(
            "all offenders at once",
            opset(17)
                .input("x", 2)
                .node("Magic", "x", "a")
                .node("If", "a", "b")
                .node("Magic", "b", "c")
                .add(
                    new OnnxNode(
                        "n", "com.foo", "Bar", "", 0, List.of("c"), List.of("y"), Map.of()))
                .output("y"),
            "not supported (opset 17): Magic at 'a', 'c'; If at 'b'; com.foo.Bar at 'n'"));
  }

  @ParameterizedTest
  @MethodSource
  void malformed(Case c) {
    assertThatThrownBy(() -> OnnxReader.graph("m.onnx", c.model().bytes()))
        .isInstanceOfAny(FormatException.class, UnsupportedException.class)
        .hasMessageStartingWith("m.onnx: ")
        .hasMessageContaining(c.expected());
  }

  static Stream<Case> read() {
    return Stream.of(
        new Case(
            "nodes in any order",
            opset(17).input("x", 2).node("Abs", "a", "y").node("Relu", "x", "a").output("y"),
            "graph (x: f32[2]) -> (y)\n a = Relu(x)\n y = Abs(a)"),
        new Case(
            "input with an initializer",
            opset(7)
                .input("x", 2)
                .input("w", 2)
                .constant("w", floats(1, 2))
                .node("Add", "x w", "y")
                .output("y"),
            "graph (x: f32[2]) -> (y)\n %w: f32[2] = [1, 2]\n y = Add(x, %w)"),
        new Case(
            "axes as an attribute",
            opset(11)
                .input("x", 2, 1)
                .add(node("Squeeze", "x", "y", Map.of("axes", List.of(1L))))
                .output("y"),
            "graph (x: f32[2, 1]) -> (y)\n y = Squeeze(x, [1])"),
        new Case(
            "bounds as attributes",
            opset(9)
                .input("x", 4)
                .add(node("Slice", "x", "y", Map.of("starts", List.of(1L), "ends", List.of(3L))))
                .output("y"),
            "graph (x: f32[4]) -> (y)\n y = Slice(x, [1], [3])"),
        new Case(
            "clip by attributes",
            opset(7)
                .input("x", 4)
                .add(node("Clip", "x", "y", Map.of("min", 0f, "max", 6f)))
                .output("y"),
            "graph (x: f32[4]) -> (y)\n y = Clip(x, 0, 6)"),
        new Case(
            "softmax over all from an axis on",
            opset(11).input("x", 2, 3, 4).node("Softmax", "x", "y").output("y"),
            "graph (x: f32[2, 3, 4]) -> (y)\n a = Flatten(x) { axis: 1 }\n b = Softmax(a) { axis: -1 }\n"
                + " c = Shape(x) { start: 0, end: null }\n y = Reshape(b, c) { allowzero: false }"),
        new Case(
            "softmax over the last axis",
            opset(11).input("x", 2, 3).node("Softmax", "x", "y").output("y"),
            "graph (x: f32[2, 3]) -> (y)\n y = Softmax(x) { axis: -1 }"),
        new Case(
            "function with an attribute",
            opset(17)
                .input("x", 2)
                .function(
                    "Leaky",
                    "a",
                    "c",
                    11,
                    node("Relu", "a", "b", Map.of()),
                    node("LeakyRelu", "b", "c", Map.of("alpha", new OnnxModel.Reference("slope"))))
                .add(
                    new OnnxNode(
                        "n",
                        "own",
                        "Leaky",
                        "",
                        0,
                        List.of("x"),
                        List.of("y"),
                        Map.of("slope", 0.25f)))
                .output("y"),
            "graph (x: f32[2]) -> (y)\n b = Relu(x)\n y = LeakyRelu(b) { alpha: 0.25 }"),
        new Case(
            "function whose output is its input",
            opset(17)
                .input("x", 2)
                .function("Same", "a", "a", 17)
                .add(new OnnxNode("n", "own", "Same", "", 0, List.of("x"), List.of("y"), Map.of()))
                .output("y"),
            "graph (x: f32[2]) -> (y)\n y = Identity(x)"));
  }

  @ParameterizedTest
  @MethodSource
  void read(Case c) {
    Graph graph = OnnxReader.graph("m.onnx", c.model().bytes());
    assertThat(anonymous(graph)).isEqualTo(anonymous(GraphParser.parse(c.expected())));
  }

  /** The text with inner names made alike. */
  private static String anonymous(Graph graph) {
    String text = graph.toString();
    int i = 0;
    for (var n : graph.nodes()) {
      if (!graph.isOutput(n.output())) {
        text = text.replaceAll("(?<![\\w/])" + n.output().name() + "(?![\\w/])", "v" + ++i);
      }
    }
    return text;
  }

  @Test
  void constantNodes() {
    Graph g =
        OnnxReader.graph(
            "m.onnx",
            opset(13)
                .add(node("Constant", "", "a", Map.of("value_float", 1.5f)))
                .add(node("Constant", "", "b", Map.of("value_ints", List.of(1L, -1L))))
                .add(node("Constant", "", "c", Map.of("value_floats", List.of(1f, 2f))))
                .add(node("Constant", "", "d", Map.of("value_int", 7L)))
                .add(node("Constant", "", "e", Map.of("value", floats(1, 2, 3))))
                .output("a")
                .output("b")
                .output("c")
                .output("d")
                .output("e")
                .bytes());
    assertThat(g.nodes()).isEmpty();
    assertThat(g.outputs().get("a").constant().sameAs(Tensor.scalar(1.5f))).isTrue();
    assertThat(g.outputs().get("b").constant().sameAs(Tensor.ints(1, -1))).isTrue();
    assertThat(g.outputs().get("c").constant().sameAs(floats(1, 2))).isTrue();
    assertThat(g.outputs().get("d").constant().sameAs(Tensor.scalar(7L))).isTrue();
    assertThat(g.outputs().get("e").constant().sameAs(floats(1, 2, 3))).isTrue();
  }

  @Test
  void weightsStayInTheFile() {
    MemorySegment file =
        opset(17)
            .input("x", 3)
            .constant("w", floats(1, 2, 3))
            .node("Add", "x w", "y")
            .output("y")
            .bytes();
    MemorySegment weights = OnnxReader.graph("m.onnx", file).value("w").constant().data();
    assertThat(weights.asOverlappingSlice(file)).isPresent();
  }

  @Test
  void deepSubGraphsAreNotEntered() {
    ProtoWriter graph = new ProtoWriter();
    for (int i = 0; i < 2000; i++) {
      ProtoWriter branch = new ProtoWriter().text(1, "then_branch").message(6, graph);
      ProtoWriter node = new ProtoWriter().entry(2, "y").text(4, "If").message(5, branch);
      graph = new ProtoWriter().message(1, node);
    }
    ProtoWriter model =
        new ProtoWriter().message(7, graph).message(8, new ProtoWriter().integer(2, 17));
    assertThatThrownBy(() -> OnnxReader.graph("m.onnx", Protos.bytes(model)))
        .hasMessage("m.onnx: these operations are not supported (opset 17): If at 'y'");
  }
}
