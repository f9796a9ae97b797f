package dev.vitrine.vision.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.vision.task.Classification.Guess;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassificationTest {
  private static final List<String> LABELS = List.of("ant", "bee", "cat");

  @Test
  void softmaxOfLogits() {
    Tensor logits = Tensor.f32(Shape.of(2, 4), 1, 3, 2, 3, 1000, 0, -1000, 999);
    List<List<Guess>> both = Classification.of(logits, LABELS, 3);
    assertThat(both.get(0)).extracting(Guess::name).containsExactly("bee", "class 3", "cat");
    double sum = Math.exp(1) + 2 * Math.exp(3) + Math.exp(2);
    assertThat(both.get(0).get(1).probability()).isCloseTo(Math.exp(3) / sum, within(1e-12));
    assertThat(both.get(0).get(2).score()).isEqualTo(2);
    assertThat(both.get(1).get(0).index()).isZero();
    assertThat(both.get(1).get(0).probability()).isCloseTo(1 / (1 + Math.exp(-1)), within(1e-12));
  }

  @Test
  void probabilitiesAreKept() {
    Tensor p = Tensor.f32(Shape.of(1, 3, 1, 1), 0.25f, 0.7f, 0.05f);
    Guess best = Classification.of(p, LABELS, 1).getFirst().getFirst();
    assertThat(best).isEqualTo(new Guess(1, "bee", 0.7f, 0.7f));
  }

  @Test
  void moreThanThereAre() {
    assertThat(Classification.of(Tensor.f32(Shape.of(3), 1, 2, 3), LABELS, 5).getFirst())
        .hasSize(3);
  }

  @Test
  void whatIsNoClassifier() {
    Tensor[] others = {
      Tensor.zeros(DType.F32, Shape.of(1, 19, 4, 4)),
      Tensor.zeros(DType.F32, Shape.of(1, 0)),
      Tensor.zeros(DType.F32, Shape.of(0, 5)),
      Tensor.f32(Shape.of(1, 2), Float.NaN, 1)
    };
    for (Tensor t : others) {
      assertThatThrownBy(() -> Classification.of(t, LABELS, 1))
          .as(t.toString())
          .isInstanceOf(GraphException.class);
    }
  }
}
