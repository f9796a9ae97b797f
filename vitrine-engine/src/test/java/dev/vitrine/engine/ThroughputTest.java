package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThroughputTest {
  private static final Graph GRAPH =
      GraphParser.parse("graph (x: f32[8, 64]) -> (y)\n y = Softmax(x) { axis: -1 }");
  private static final Program PROGRAM = Planner.plan(GRAPH);
  private static final Map<String, Tensor> INPUTS = Inputs.random(GRAPH, 1);

  private static Throughput measure(
      int instances, int queue, int runs, Map<String, Tensor> inputs) {
    List<Session> sessions = new ArrayList<>();
    try {
      for (int i = 0; i < instances; i++) {
        sessions.add(Session.of(PROGRAM, Options.defaults().threads(1)));
      }
      return Throughput.of(sessions, inputs, queue, 0, runs);
    } finally {
      sessions.forEach(Session::close);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 1", "1, 1, 7", "3, 0, 50", "3, 2, 50", "2, 100, 5"})
  void doesEveryRequest(int instances, int queue, int runs) {
    Throughput t = measure(instances, queue, runs, INPUTS);
    assertThat(t.runs()).isEqualTo(runs);
    assertThat(t.rate()).isEqualTo(runs / t.seconds());
    // None was left out: its times would be 0.
    assertThat(t.model().min()).isPositive();
    assertThat(t.endToEnd().min()).isGreaterThanOrEqualTo(t.model().min());
    assertThat(t.endToEnd().max()).isLessThanOrEqualTo(t.seconds() * 1e3);
  }

  @ParameterizedTest
  @CsvSource({"2, 0", "2, 1"})
  void aFailureEndsIt(int instances, int queue) {
    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () ->
            assertThatThrownBy(() -> measure(instances, queue, 100, Map.of()))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("input 'x' is missing"));
  }

  @Test
  void boundsAreChecked() {
    assertThatThrownBy(() -> measure(0, 0, 1, INPUTS))
        .isInstanceOf(VitrineException.class)
        .hasMessage("the number of instances is 0; it goes from 1 to 1024");
    assertThatThrownBy(() -> measure(1, -1, 1, INPUTS)).hasMessageContaining("queue is -1");
    assertThatThrownBy(() -> measure(1, 0, 0, INPUTS)).hasMessageContaining("runs is 0");
  }
}
