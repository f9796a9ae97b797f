package dev.vitrine.compiler.edit;

import static dev.vitrine.compiler.rewrite.Rewriting.assertSame;
import static dev.vitrine.compiler.rewrite.Rewriting.canonical;
import static dev.vitrine.compiler.rewrite.Rewriting.parse;
import static dev.vitrine.compiler.rewrite.Rewriting.randomInputs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.compiler.TinyModels;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.VitrineException;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphEditorTest {
  private static final String TEXT =
      """
      graph (x: f32[n, 3, 2, 2], mask: f32[2]) -> (logits, other = b)
        a = Relu(x)
        b = Mul(a, 2)
        logits = Add(b, 1)
      """;

  private static GraphEditor edit() {
    return GraphEditor.of(parse(TEXT));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "argmax:of=logits | argmax | i64[n, 1, 2, 2]",
        "argmax:of=logits,axis=-1,keepdims=0,name=classes | classes | i64[n, 3, 2]",
        "softmax:of=logits | softmax | f32[n, 3, 2, 2]",
        "l2norm:of=logits,axis=3 | l2norm | f32[n, 3, 2, 2]",
        "topk:of=logits,k=2 | topk | f32[n, 2, 2, 2]",
        "topk:of=logits,k=2,axis=3,name=best | best.indices | i64[n, 3, 2, 2]",
        "softmax:of=logits,name=logits | logits | f32[n, 3, 2, 2]",
      })
  void append(String spec, String output, String type) {
    Graph g = edit().append(spec).graph();
    assertThat(g.outputs().get(output).type()).hasToString(type);
    assertThat(List.copyOf(g.outputs().keySet()).indexOf("other"))
        .isEqualTo(g.outputs().size() - 1);
    assertThat(g.outputs().keySet().stream().filter(n -> n.equals("logits")).count())
        .isEqualTo(output.equals("logits") ? 1 : 0);
  }

  @Test
  void appendedValues() {
    Graph g =
        GraphEditor.of(parse("graph (x: f32[1, 3]) -> (y)\n y = Identity(x)"))
            .append("l2norm:keep=1")
            .append("argmax:of=y,keepdims=0")
            .graph();
    assertThat(g.outputs().keySet()).containsExactly("argmax", "l2norm");
    var out = Evaluator.run(g, Map.of("x", Tensor.f32(Shape.of(1, 3), 2, 3, 6)));
    assertThat(out.get("l2norm").toFloats())
        .containsExactly(new float[] {2 / 7f, 3 / 7f, 6 / 7f}, within(1e-6f));
    assertThat(out.get("argmax").toLongs()).containsExactly(2);
  }

  @Test
  void lengthOfZero() {
    Graph g =
        GraphEditor.of(parse("graph (x: f32[1, 2]) -> (y)\n y = Relu(x)")).append("l2norm").graph();
    var out = Evaluator.run(g, Map.of("x", Tensor.f32(Shape.of(1, 2), -1, 0)));
    assertThat(out.get("l2norm").toFloats()).containsExactly(0, 0);
  }

  @Test
  void outputs() {
    Graph g = edit().outputs(List.of("hidden=a", "other")).graph();
    assertThat(g.outputs().keySet()).containsExactly("hidden", "other");
    assertThat(g.nodes()).hasSize(2);
  }

  @Test
  void cut() {
    Graph g = edit().inputs(List.of("b")).outputs(List.of("logits")).graph();
    assertThat(canonical(g))
        .isEqualTo(canonical(parse("graph (b: f32[n, 3, 2, 2]) -> (logits)\n logits = Add(b, 1)")));
  }

  @Test
  void rename() {
    Graph g =
        edit()
            .rename("x", "pixels")
            .rename("logits", "scores")
            .rename("other", "o")
            .rename("a", "r")
            .graph();
    assertThat(g.inputs().getFirst().name()).isEqualTo("pixels");
    assertThat(g.outputs().keySet()).containsExactly("scores", "o");
    assertThat(g.value("r").producer().op().name()).isEqualTo("Relu");
  }

  @Test
  void dropInput() {
    assertThat(edit().dropInput("mask").graph().inputs()).hasSize(1);
  }

  @Test
  void constant() {
    Graph g = parse("graph (x: f32[2]) -> (y)\n %c: f32[2] = [1, 2]\n y = Mul(x, %c)");
    Graph h = GraphEditor.of(g).constant("c", Tensor.f32(Shape.of(2), 3, 4)).graph();
    assertThat(canonical(h))
        .isEqualTo(
            canonical(parse("graph (x: f32[2]) -> (y)\n %c: f32[2] = [3, 4]\n y = Mul(x, %c)")));
    assertThat(h.value("c").constant().toFloats()).containsExactly(3, 4);
  }

  @Test
  void attribute() {
    Graph g =
        parse(
            "graph (x: f32[2, 3]) -> (y)\n t = Transpose(x) { perm: [0, 1] }\n y = Softmax(t) { axis: 1 }");
    Graph h =
        GraphEditor.of(g).attribute("y", "axis", "0").attribute("t", "perm", "[1, 0]").graph();
    assertThat(canonical(h))
        .isEqualTo(
            canonical(
                parse(
                    "graph (x: f32[2, 3]) -> (y)\n t = Transpose(x) { perm: [1, 0] }\n"
                        + " y = Softmax(t) { axis: 0 }")));
  }

  @Test
  void sizes() {
    Graph g = edit().batch(4).shape("mask", Shape.of(7)).graph();
    assertThat(g.outputs().get("logits").type()).isEqualTo(TensorType.f32(4, 3, 2, 2));
    assertThat(g.value("mask").type()).isEqualTo(TensorType.f32(7));
  }

  /** Exports for one picture: targets of Reshape and a class token hold the one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "dinov2/model.1x3x56x56.op17.onnx",
        "dinov2/model.1x3x56x56.op20.onnx",
        "segformer/model.1x3x64x96.op17.onnx",
      })
  void batchOfAnExport(String file) {
    Graph one = TinyModels.graph(file);
    Graph two = GraphEditor.of(one).batch(2).graph();
    Graph free = GraphEditor.of(one).freeBatch("batch").graph();
    String input = one.inputs().getFirst().name();
    Tensor picture = randomInputs(one, 1).get(input);
    Tensor other = randomInputs(one, 2).get(input);
    Tensor both = Tensor.zeros(two.inputs().getFirst().type());
    for (long i = 0; i < picture.count(); i++) {
      both.set(i, other.real(i));
      both.set(picture.count() + i, picture.real(i));
    }
    var expected = Evaluator.run(one, Map.of(input, picture));
    for (Graph g : List.of(two, free)) {
      var out = Evaluator.run(g, Map.of(input, both));
      expected.forEach(
          (name, t) -> {
            Tensor second = out.get(name).slice(t.count(), t.shape());
            assertThat(second.toFloats()).containsExactly(t.toFloats(), within(1e-5f));
          });
    }
    assertThat(free.outputs().values())
        .allSatisfy(v -> assertThat(v.shape().dim(0)).hasToString("batch"));
  }

  @Test
  void theOriginalStays() {
    Graph g = parse(TEXT);
    GraphEditor.of(g).outputs(List.of("a")).rename("x", "z").batch(2);
    assertThat(canonical(g)).isEqualTo(canonical(parse(TEXT)));
    assertSame(g, parse(TEXT));
  }

  @Test
  void aFailedStepChangesNothing() {
    GraphEditor e = edit();
    assertThatThrownBy(() -> e.inputs(List.of("mask"))).isInstanceOf(VitrineException.class);
    assertThat(canonical(e.graph())).isEqualTo(canonical(parse(TEXT)));
  }

  private static void fails(UnaryOperator<GraphEditor> step, String message) {
    assertThatThrownBy(() -> step.apply(edit()))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "argmax | doesn't say behind which output; add of= with one of logits, other",
        "argmax:of=logit | there is no output 'logit'; perhaps 'logits'",
        "argmin:of=logits | can't append 'argmin'; choose one of argmax, softmax, topk, l2norm",
        "argmax:of=logits,k=3 | 'k=3' in 'argmax:of=logits,k=3' is not understood; argmax takes axis=",
        "argmax:of=logits,axis=4 | has shape [n, 3, 2, 2], no axis 4",
        "argmax:of=logits,axis=x | axis must be a whole number, not 'x'",
        "argmax:of=logits,keepdims=2 | keepdims must be 0 or 1, not '2'",
        "l2norm:of=logits,epsilon=? | epsilon must be a number, not '?'",
        "softmax:of=logits,name=other | there is an output 'other' already",
        "topk:of=logits,k=7 | 7",
      })
  void faultsOfAppend(String spec, String message) {
    fails(e -> e.append(spec), message);
  }

  @Test
  void faults() {
    fails(e -> e.outputs(List.of("logist")), "there is no value 'logist'; perhaps 'logits'");
    fails(e -> e.outputs(List.of()), "a graph needs an output");
    fails(e -> e.outputs(List.of("a", "a")), "output 'a' is named twice");
    fails(e -> e.inputs(List.of("mask")), "input 'x' is needed by node 'a'; keep it");
    fails(e -> e.dropInput("x"), "input 'x' is needed by node 'a'");
    fails(e -> e.dropInput("masc"), "there is no input 'masc'; perhaps 'mask'");
    fails(e -> e.rename("q", "z"), "there is no value 'q'");
    fails(e -> e.rename("a", "b"), "there is a value 'b' already");
    fails(e -> e.rename("logits", "other"), "there is an output 'other' already");
    fails(e -> e.batch(0), "a batch can't be 0");
    fails(e -> e.shape("x", Shape.of(1, 2)), "input 'x' has 4 axes");
    fails(e -> e.constant("a", Tensor.scalar(1)), "'a' is no constant");
    fails(e -> e.attribute("a", "axis", "1"), "there is no attribute of Relu 'axis'");
    fails(e -> e.attribute("c", "axis", "1"), "there is no node 'c'; perhaps 'a'");
    Graph g = parse("graph (x: f32[2]) -> (y)\n %c: f32[2] = [1, 2]\n y = Mul(x, %c)");
    assertThatThrownBy(() -> GraphEditor.of(g).constant("c", Tensor.ints(1, 2)))
        .hasMessageContaining("constant 'c' is f32[2]; i64[2] can't replace it");
    assertThatThrownBy(() -> GraphEditor.of(g).constant("c", Tensor.zeros(DType.F32, Shape.of(3))))
        .hasMessageContaining("node 'y' (Mul)");
  }
}
