package dev.vitrine.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.onnx.OnnxModel.Typed;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Verifier;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxSourceTest {
  @TempDir Path folder;

  static List<Path> tinyModels() throws IOException {
    return TinyModels.files();
  }

  @ParameterizedTest
  @MethodSource("tinyModels")
  void givesWhatPyTorchGives(Path model) {
    try (OnnxSource source = OnnxSource.open(model)) {
      Graph graph = source.graph(Map.of(), List.of());
      Verifier.verify(graph);
      String input = source.inputs().getFirst().name();
      Map<String, Tensor> actual = Evaluator.run(graph, Map.of(input, TinyModels.input(model)));
      TinyModels.outputs(model)
          .forEach(
              (name, expected) -> {
                Tensor t = actual.get(name);
                assertThat(t.shape()).as(name).isEqualTo(expected.shape());
                assertThat(t.toFloats())
                    .as(name)
                    .usingComparatorWithPrecision(2e-4f)
                    .containsExactly(expected.toFloats());
              });
      assertThat(actual.keySet()).containsAll(TinyModels.outputs(model).keySet());
    }
  }

  private OnnxSource source(Protos model) throws IOException {
    Path file = folder.resolve("m.onnx");
    Files.write(file, model.bytes().toArray(ValueLayout.JAVA_BYTE));
    return OnnxSource.open(file);
  }

  private static Protos chain() {
    return new Protos(17)
        .input(
            new Typed(
                "x", GraphParser.parse("graph (x: f32[batch, 3]) -> (x)").value("x").type(), null))
        .node("Relu", "x", "a")
        .node("Abs", "a", "b")
        .node("Exp", "b", "c")
        .output("c");
  }

  @Test
  void sizesAreTheCallers() throws IOException {
    try (OnnxSource source = source(chain())) {
      assertThat(source.inputs().getFirst().type()).hasToString("f32[batch, 3]");
      assertThat(source.graph(Map.of(), List.of()).value("c").type()).hasToString("f32[batch, 3]");
      Graph two = source.graph(Map.of("x", Shape.of(2, 3)), List.of());
      assertThat(two.value("c").type()).hasToString("f32[2, 3]");
      assertThatThrownBy(() -> source.graph(Map.of("x", Shape.of(2, 4)), List.of()))
          .hasMessageEndingWith("m.onnx: input 'x' takes batchx3, not 2x4");
      assertThatThrownBy(() -> source.graph(Map.of("y", Shape.of(2, 4)), List.of()))
          .hasMessageEndingWith("m.onnx: there is no input 'y'; there are [x]");
    }
  }

  @Test
  void aNamedSizeIsOneSize() throws IOException {
    Graph types = GraphParser.parse("graph (x: f32[batch, 3], y: f32[batch, k]) -> (x)");
    Protos model =
        new Protos(17)
            .input(new Typed("x", types.value("x").type(), null))
            .input(new Typed("y", types.value("y").type(), null))
            .node("Relu", "x", "a")
            .output("a")
            .node("Relu", "y", "b")
            .output("b");
    try (OnnxSource source = source(model)) {
      Graph g = source.graph(Map.of("x", Shape.of(2, 3)), List.of());
      assertThat(g.value("b").type()).hasToString("f32[2, k]");
      Map<String, Shape> shapes = new java.util.LinkedHashMap<>();
      shapes.put("x", Shape.of(2, 3));
      shapes.put("y", Shape.of(4, 5));
      assertThatThrownBy(() -> source.graph(shapes, List.of()))
          .hasMessageEndingWith("m.onnx: size 'batch' can't be both 2 and 4");
    }
  }

  @Test
  void innerValuesCanBeOutputs() throws IOException {
    try (OnnxSource source = source(chain())) {
      assertThat(source.outputs()).containsExactly("c");
      Graph inner = source.graph(Map.of(), List.of("b", "a"));
      assertThat(inner.outputs().keySet()).containsExactly("b", "a");
      assertThat(inner.nodes()).hasSize(2);
      assertThatThrownBy(() -> source.graph(Map.of(), List.of("nothing")))
          .isInstanceOf(FormatException.class)
          .hasMessageEndingWith("m.onnx: there is no value 'nothing' that could be an output");
    }
  }

  @Test
  void unnamedSizesAreTheirOwn() throws IOException {
    ProtoWriter shape =
        new ProtoWriter().message(1, new ProtoWriter()).message(1, new ProtoWriter());
    ProtoWriter tensor = new ProtoWriter().integer(1, 1).message(2, shape);
    ProtoWriter x = new ProtoWriter().text(1, "x").message(2, new ProtoWriter().message(1, tensor));
    ProtoWriter graph =
        new ProtoWriter()
            .message(1, ModelWriter.node(Protos.node("Relu", "x", "y", Map.of())))
            .message(11, x)
            .message(12, new ProtoWriter().text(1, "y"));
    Graph g =
        OnnxReader.graph(
            "m.onnx",
            Protos.bytes(
                new ProtoWriter().message(7, graph).message(8, new ProtoWriter().integer(2, 17))));
    assertThat(g.value("y").type()).hasToString("f32[unknown_1, unknown_2]");
  }

  @Test
  void whatTheFileSays() throws IOException {
    Protos model =
        new Protos(13)
            .input("x", 4)
            .constant("w", Tensor.f32(Shape.of(4), 1, 2, 3, 4))
            .constant("axes", Tensor.ints(0))
            .node("Add", "x w", "y")
            .output("y");
    try (OnnxSource source = source(model)) {
      assertThat(source.opset()).isEqualTo(13);
      assertThat(source.info().name()).isEqualTo("m");
      assertThat(source.info().family()).isEqualTo("onnx");
      assertThat(source.info().parameters()).isEqualTo(4);
    }
    assertThatThrownBy(() -> OnnxSource.open(folder.resolve("none.onnx")))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("none.onnx");
  }
}
