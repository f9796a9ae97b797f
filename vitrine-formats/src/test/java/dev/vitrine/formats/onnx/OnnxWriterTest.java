package dev.vitrine.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.Verifier;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Relu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxWriterTest {
  @TempDir Path folder;

  static List<Path> tinyModels() throws IOException {
    return TinyModels.files();
  }

  @ParameterizedTest
  @MethodSource("tinyModels")
  void onnxRuntimeAgrees(Path model) throws Exception {
    try (OnnxSource source = OnnxSource.open(model)) {
      Graph graph = source.graph(Map.of(), List.of());
      String input = source.inputs().getFirst().name();
      for (int opset : new int[] {source.opset(), 17}) {
        if (opset < OnnxWriter.leastOpset(graph)) {
          assertThat(source.opset())
              .as("an opset that the file itself is not in")
              .isGreaterThan(opset);
          continue;
        }
        Path written = folder.resolve("op" + opset + ".onnx");
        OnnxWriter.write(written, graph, opset);
        Map<String, Tensor> actual =
            OnnxRuntime.run(written, Map.of(input, TinyModels.input(model)));
        TinyModels.outputs(model)
            .forEach((name, expected) -> close(name + " at " + opset, actual.get(name), expected));
      }
    }
  }

  private static void close(String what, Tensor actual, Tensor expected) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    assertThat(actual.toFloats())
        .as(what)
        .usingComparatorWithPrecision(2e-4f)
        .containsExactly(expected.toFloats());
  }

  private static Graph written(Graph graph, int opset) {
    return OnnxReader.graph("written", OnnxWriter.write(graph, opset));
  }

  @Test
  void outputsUnderOtherNames() {
    Graph g = new Graph();
    Value x = g.input("x", TensorType.f32(2));
    Value a = g.addNamed("a", new Relu(), x);
    Value b = g.addNamed("b", new Relu(), a);
    Value c = g.constant("c", Tensor.f32(Shape.of(1), 5));
    g.output("renamed", b);
    g.output("again", b);
    g.output("a", g.addNamed("d", new Add(), a, c));
    g.output("constant", c);
    g.output("input", x);
    Graph back = written(g, 17);
    Verifier.verify(back);
    assertThat(back.outputs().keySet()).containsExactlyElementsOf(g.outputs().keySet());
    Map<String, Tensor> in = Map.of("x", Tensor.f32(Shape.of(2), -1, 2));
    Map<String, Tensor> expected = Evaluator.run(g, in);
    Evaluator.run(back, in)
        .forEach((name, t) -> assertThat(t.sameAs(expected.get(name))).as(name).isTrue());
  }

  @Test
  void inputsCanNotBeOutputs() {
    Graph g = new Graph();
    Value x = g.input("x", TensorType.f32(2));
    g.output("x", x);
    assertThatThrownBy(() -> OnnxWriter.write(g, 17))
        .hasMessageContaining("output 'x' is an input");
    Graph h = new Graph();
    Value y = h.input("y", TensorType.f32(2));
    h.output("y", h.add(new Relu(), y));
    assertThatThrownBy(() -> OnnxWriter.write(h, 17))
        .hasMessageContaining("output 'y' has an input's name");
  }

  @Test
  void namedSizesAndTypesStay() {
    Graph g =
        GraphParser.parse(
            "graph (x: f32[batch, 3, h], i: i64[]) -> (y)\n a = Relu(x)\n y = Gather(a, i) { axis: 2 }");
    Graph back = written(g, 13);
    assertThat(back.toString()).isEqualTo(g.toString());
    assertThat(back.inputs().getFirst().shape().dim(0).toString()).isEqualTo("batch");
  }

  @Test
  void equalGraphsGiveEqualBytes() throws IOException {
    Path model = TinyModels.files().getFirst();
    try (OnnxSource source = OnnxSource.open(model)) {
      Path one = folder.resolve("one.onnx");
      Path two = folder.resolve("two.onnx");
      OnnxWriter.write(one, source.graph(Map.of(), List.of()), 17);
      OnnxWriter.write(two, source.graph(Map.of(), List.of()), 17);
      assertThat(Files.mismatch(one, two)).isEqualTo(-1);
      try (Stream<Path> left = Files.list(folder)) {
        assertThat(left).containsExactlyInAnyOrder(one, two);
      }
    }
  }

  @Test
  void largeModelsHaveTheirDataBeside() throws Exception {
    Graph g = new Graph();
    Value x = g.input("x", TensorType.f32(1000));
    float[] ramp = new float[1000];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = i;
    }
    Value sum = g.add(new Add(), x, g.constant("one", Tensor.f32(Shape.of(1), 1)));
    sum = g.add(new Add(), sum, g.constant("ramp", Tensor.f32(Shape.of(1000), ramp)));
    g.output(
        "y", g.addNamed("y", new Add(), sum, g.constant("more", Tensor.f32(Shape.of(1000), ramp))));
    Path file = folder.resolve("large.onnx");
    OnnxWriter.write(file, g, 17, Map.of(), 4000);
    assertThat(Files.size(file)).isLessThan(2000);
    assertThat(Files.size(folder.resolve("large.onnx.data"))).isEqualTo(4032 + 4000);
    float[] zeros = new float[1000];
    Map<String, Tensor> in = Map.of("x", Tensor.f32(Shape.of(1000), zeros));
    try (OnnxSource source = OnnxSource.open(file)) {
      Tensor y = Evaluator.run(source.graph(Map.of(), List.of()), in).get("y");
      assertThat(y.real(999)).isEqualTo(2 * 999 + 1);
      assertThat(OnnxRuntime.run(file, in).get("y").sameAs(y)).isTrue();
    }
  }

  @Test
  void errors() {
    Graph gelu = GraphParser.parse("graph (x: f32[2]) -> (y)\n y = Gelu(x) { approximate: none }");
    assertThatThrownBy(() -> OnnxWriter.write(gelu, 17))
        .isInstanceOf(VitrineException.class)
        .hasMessage("node 'y' (Gelu) needs opset 20 or newer, not 17; write a newer one");
    assertThatThrownBy(() -> OnnxWriter.write(gelu, 10))
        .hasMessageContaining("choose one of 11 to");
    assertThat(OnnxWriter.leastOpset(gelu)).isEqualTo(20);

    Graph computed =
        GraphParser.parse("graph (x: f32[2, 1], axes: i64[1]) -> (y)\n y = Squeeze(x, axes)");
    assertThatThrownBy(() -> OnnxWriter.write(computed, 11))
        .hasMessageContaining("node 'y' (Squeeze) its list of axes is computed");
    assertThat(OnnxWriter.leastOpset(computed)).isEqualTo(13);

    Graph own = new Graph();
    own.output("y", own.addNamed("y", new Own(), own.input("x", TensorType.f32(2))));
    assertThatThrownBy(() -> OnnxWriter.write(own, 17))
        .hasMessageContaining("node 'y' (Own) is no ONNX operation");
  }

  /** An operation that ONNX doesn't have. */
  record Own() implements Op {
    @Override
    public List<TensorType> infer(Inputs in) {
      return List.of(in.type(0));
    }

    @Override
    public List<Tensor> evaluate(Inputs in) {
      return List.of(in.tensor(0));
    }
  }

  record Lowered(String name, int opset, String graph) {
    @Override
    public String toString() {
      return name + " at " + opset;
    }
  }

  static Stream<Lowered> olderForms() {
    String reduce =
        "graph (x: f32[2, 3, 4]) -> (y)\n y = ReduceMean(x, [1, 2]) { keepdims: false, noopWithEmptyAxes: false }";
    String softmax = "graph (x: f32[2, 3, 4]) -> (y)\n y = Softmax(x) { axis: 1 }";
    String split =
        "graph (x: f32[2, 6]) -> (y, z)\n y, z = Split(x, [2, 4]) { axis: 1, numOutputs: 0 }";
    String halves = "graph (x: f32[2, 6]) -> (y, z)\n y, z = Split(x) { axis: 1, numOutputs: 2 }";
    String pad = "graph (x: f32[2, 3, 4]) -> (y)\n y = Pad(x, [1, 2], _, [-1]) { mode: reflect }";
    String squeeze =
        "graph (x: f32[1, 3, 1]) -> (y)\n a = Squeeze(x, [0]) \n y = Unsqueeze(a, [0, 1])";
    String resize =
        "graph (x: f32[1, 2, 4, 6]) -> (y)\n y = Resize(x, _, _, [3, 9]) { antialias: false, axes: [2, 3],"
            + " coordinateTransformationMode: align_corners, cubicCoeffA: -0.75, excludeOutside: false,"
            + " extrapolationValue: 0.0, keepAspectRatioPolicy: stretch, mode: linear, nearestMode: floor }";
    return Stream.of(
        new Lowered("reduce", 11, reduce),
        new Lowered("reduce", 17, reduce),
        new Lowered("softmax", 11, softmax),
        new Lowered("split", 11, split),
        new Lowered("halves", 11, halves),
        new Lowered("halves", 18, halves),
        new Lowered("pad", 11, pad),
        new Lowered("squeeze", 11, squeeze),
        new Lowered("resize", 11, resize),
        new Lowered("resize", 13, resize));
  }

  @ParameterizedTest
  @MethodSource
  void olderForms(Lowered c) throws Exception {
    Graph g = GraphParser.parse(c.graph());
    Path file = folder.resolve("older.onnx");
    OnnxWriter.write(file, g, c.opset());
    Tensor x = Tensor.zeros(g.inputs().getFirst().type());
    for (int i = 0; i < x.count(); i++) {
      x.set(i, Math.sin(i));
    }
    Map<String, Tensor> expected = Evaluator.run(g, Map.of("x", x));
    Map<String, Tensor> runtime = OnnxRuntime.run(file, Map.of("x", x));
    Map<String, Tensor> again = Evaluator.run(written(g, c.opset()), Map.of("x", x));
    expected.forEach(
        (name, t) -> {
          close(name + " by ONNX Runtime", runtime.get(name), t);
          close(name + " read again", again.get(name), t);
        });
  }
}
