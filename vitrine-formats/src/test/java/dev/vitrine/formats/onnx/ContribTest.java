package dev.vitrine.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.UnsupportedException;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX Runtime's own operations give here what they give there. */
class ContribTest {
  private static final long SEED = 7;

  @TempDir Path folder;

  /**
   * @param domain the operation's
   * @param outputs how many to ask for; names apart from the first and last are left out
   * @param inputs the shapes; null for an absent one
   */
  record Case(
      String domain, String type, Map<String, Object> attributes, int outputs, Shape... inputs) {
    @Override
    public String toString() {
      return type + " " + attributes + " " + List.of(inputs);
    }
  }

  private static Case ms(String type, Map<String, Object> attributes, Shape... inputs) {
    return new Case("com.microsoft", type, attributes, 1, inputs);
  }

  static Stream<Case> cases() {
    Shape x = Shape.of(2, 3, 8);
    Shape v = Shape.of(8);
    Shape picture = Shape.of(1, 2, 5, 5);
    Shape weight = Shape.of(3, 2, 3, 3);
    Map<String, Object> epsilon = Map.of("epsilon", 1e-3f);
    Map<String, Object> heads = Map.of("num_heads", 2L);
    return Stream.of(
        ms("BiasGelu", Map.of(), x, v),
        ms("FastGelu", Map.of(), x),
        ms("FastGelu", Map.of(), x, v),
        ms("Gelu", Map.of(), x),
        ms("QuickGelu", Map.of("alpha", 1.5f), x),
        ms("QuickGelu", Map.of(), x),
        ms("FusedConv", Map.of("activation", "Relu"), picture, weight, Shape.of(3)),
        ms(
            "FusedConv",
            Map.of("activation", "Relu"),
            picture,
            weight,
            Shape.of(3),
            Shape.of(1, 3, 3, 3)),
        ms(
            "FusedConv",
            Map.of("activation", "Clip", "activation_params", List.of(-0.5f, 1f)),
            picture,
            weight),
        ms(
            "FusedConv",
            Map.of(
                "activation", "LeakyRelu",
                "activation_params", List.of(0.3f),
                "pads", List.of(1L, 1L, 1L, 1L)),
            picture,
            weight),
        ms(
            "FusedConv",
            Map.of("activation", "HardSigmoid", "activation_params", List.of(0.3f, 0.4f)),
            picture,
            weight),
        ms(
            "FusedGemm",
            Map.of("activation", "LeakyRelu", "activation_alpha", 0.3f, "transB", 1L),
            Shape.of(3, 4),
            Shape.of(5, 4),
            Shape.of(5)),
        ms("FusedMatMul", Map.of("alpha", 0.5f, "transA", 1L), Shape.of(2, 4, 3), Shape.of(4, 5)),
        ms("FusedMatMul", Map.of("transB", 1L), Shape.of(2, 3, 4), Shape.of(2, 5, 4)),
        ms(
            "FusedMatMul",
            Map.of("transBatchA", 1L, "transBatchB", 1L, "transB", 1L),
            Shape.of(3, 2, 4),
            Shape.of(5, 2, 4)),
        ms("SkipLayerNormalization", epsilon, x, x, v, v, v),
        new Case("com.microsoft", "SkipLayerNormalization", epsilon, 4, x, x, v),
        new Case("com.microsoft", "SkipSimplifiedLayerNormalization", epsilon, 4, x, x, v, v),
        new Case("", "SimplifiedLayerNormalization", epsilon, 1, x, v),
        new Case("", "LayerNormalization", epsilon, 1, x, v, v),
        ms("Attention", heads, x, Shape.of(8, 12), Shape.of(12)),
        ms("MultiHeadAttention", heads, x, Shape.of(2, 5, 8), Shape.of(2, 5, 6), Shape.of(22)),
        ms(
            "MultiHeadAttention",
            Map.of("num_heads", 2L, "scale", 0.3f),
            x,
            x,
            x,
            null,
            null,
            Shape.of(1, 2, 3, 3)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void asOnnxRuntime(Case c) throws Exception {
    Protos model = new Protos(13).opset("com.microsoft", 1);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    Random random = new Random(SEED);
    for (Shape shape : c.inputs) {
      names.add(shape == null ? "" : "x" + names.size());
      if (shape != null) {
        model.input(names.getLast(), shape.sizes());
        inputs.put(names.getLast(), normal(shape, random));
      }
    }
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < c.outputs; i++) {
      boolean wanted = i == 0 || i == c.outputs - 1;
      outputs.add(wanted ? "y" + i : "");
      if (wanted) {
        model.output("y" + i);
      }
    }
    model.add(new OnnxNode("node", c.domain, c.type, "", 0, names, outputs, c.attributes));
    MemorySegment bytes = model.bytes();
    Path file = Files.write(folder.resolve("m.onnx"), bytes.toArray(ValueLayout.JAVA_BYTE));
    Graph graph = OnnxReader.graph("m.onnx", bytes);
    Map<String, Tensor> actual = Evaluator.run(graph, inputs);
    OnnxRuntime.run(file, inputs)
        .forEach(
            (name, expected) -> {
              assertThat(graph.outputs().get(name).type()).isEqualTo(expected.type());
              assertThat(actual.get(name).toFloats())
                  .as(name + ", seed " + SEED)
                  .usingComparatorWithPrecision(1e-4f)
                  .containsExactly(expected.toFloats());
            });
  }

  private static Tensor normal(Shape shape, Random random) {
    Tensor t = Tensor.zeros(DType.F32, shape);
    for (long i = 0; i < t.count(); i++) {
      t.set(i, random.nextGaussian());
    }
    return t;
  }

  @Test
  void whatIsNotSupportedIsSaid() {
    Protos masked = new Protos(13).opset("com.microsoft", 1).input("x", 1, 2, 8).output("y");
    List<String> in = List.of("x", "x", "x", "", "x");
    masked.add(
        new OnnxNode(
            "a", "com.microsoft", "MultiHeadAttention", "", 0, in, List.of("y"), Map.of()));
    assertThatThrownBy(() -> OnnxReader.graph("m.onnx", masked.bytes()))
        .isInstanceOf(UnsupportedException.class)
        .hasMessage("m.onnx: node 'a' (MultiHeadAttention): a mask is not supported");
  }
}
