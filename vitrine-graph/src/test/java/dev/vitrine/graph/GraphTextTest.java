package dev.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class GraphTextTest {
  @Test
  void printsWhatItParses() {
    String text =
        """
        graph (x: f32[batch, 4]) -> (y)
          %w: f32[4] = [1.0, 2.0, 3.0, 4.0]
          a: f32[batch, 4] = Add(x, %w)
          y: f32[batch, 4] = Add(a, 0.5)
        """;
    assertThat(GraphParser.parse(text)).hasToString(text);
  }
}
