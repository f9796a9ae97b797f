package dev.vitrine.compiler.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
  private static Graph graph(String factor) {
    return GraphParser.parse(
        """
        graph (x: f32[batch, 4]) -> (y)
          a: f32[batch, 4] = Add(x, 1.0)
          b: f32[batch, 4] = Mul(a, %s)
          y: f32[batch, 4] = Relu(b)
        """
            .formatted(factor));
  }

  @Test
  void namesTheValuesThatDepart() {
    Map<String, Tensor> inputs = RandomInputs.of(graph("2.0"), Map.of("batch", 3L), 7);
    List<Difference> layers = Comparison.layers(graph("2.5"), graph("2.0"), inputs, Evaluator::run);
    assertThat(layers).extracting(Difference::name).containsExactly("a", "b", "y");
    assertThat(layers).extracting(d -> d.within(1e-3)).containsExactly(true, false, false);
    assertThat(layers.get(1).cosine()).isCloseTo(1, within(1e-9));
    assertThat(layers.get(1).relativeL2()).isCloseTo(0.25, within(1e-6));
  }

  @Test
  void equalGraphsDontDiffer() {
    Map<String, Tensor> inputs = RandomInputs.of(graph("2.0"), Map.of(), 7);
    assertThat(Comparison.outputs(graph("2.0"), graph("2.0"), inputs, Evaluator::run))
        .singleElement()
        .satisfies(d -> assertThat(d.maxAbs()).isZero())
        .satisfies(d -> assertThat(d.cosine()).isEqualTo(1));
  }

  @Test
  void aNaNIsADifference() {
    Tensor nan = Tensor.f32(Shape.of(2), 1, Float.NaN);
    assertThat(Difference.of("y", nan, Tensor.f32(Shape.of(2), 1, 2)).within(1)).isFalse();
    assertThat(Difference.of("y", nan, nan).maxAbs()).isZero();
  }

  @Test
  void anUnstatedSizeIsAnError() {
    Graph g = GraphParser.parse("graph (x: f32[1, n]) -> (y)\n y: f32[1, n] = Relu(x)");
    assertThatThrownBy(() -> RandomInputs.of(g, Map.of(), 1))
        .hasMessageContaining("state its shape");
  }
}
