package dev.vitrine.graph.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Small cases worked out by hand: constants in, one expected output. */
final class NeuralTest {
  /** The constants' lines, the last line without the output's name, the output's type, its values. */
  private record Case(String name, String constants, String node, String type, double... values) {}

  private static final List<Case> CASES =
      List.of(
          new Case(
              "vector by matrix",
              "%a: f32[2] = [1, 2]\n%b: f32[2, 3] = [1, 2, 3, 4, 5, 6]",
              "MatMul(%a, %b)",
              "f32[3]",
              9, 12, 15),
          new Case(
              "stack of products, broadcast",
              "%a: f32[2, 1, 2] = [1, 2, 3, 4]\n%b: f32[2, 1] = [10, 1]",
              "MatMul(%a, %b)",
              "f32[2, 1, 1]",
              12, 34),
          new Case(
              "integers wrap",
              "%a: i32[1, 2] = [2147483647, 1]\n%b: i32[2, 1] = [1, 1]",
              "MatMul(%a, %b)",
              "i32[1, 1]",
              Integer.MIN_VALUE),
          new Case(
              "Gemm, both transposed, bias by row",
              "%a: f32[2, 1] = [1, 2]\n%b: f32[2, 2] = [1, 2, 3, 4]\n%c: f32[2] = [1, -1]",
              "Gemm(%a, %b, %c) { alpha: 2.0, beta: 3.0, transA: true, transB: true }",
              "f32[1, 2]",
              13, 19));

  @TestFactory
  Stream<DynamicTest> givesWhatWasWorkedOut() {
    return CASES.stream().map(c -> DynamicTest.dynamicTest(c.name, () -> check(c)));
  }

  private static void check(Case c) {
    Graph graph =
        GraphParser.parse("graph () -> (y)\n" + c.constants + "\ny = " + c.node);
    Tensor y = Evaluator.run(graph, Map.of()).get("y");
    assertThat(y.type()).hasToString(c.type);
    assertThat(graph.outputs().get("y").type()).isEqualTo(y.type());
    for (int i = 0; i < c.values.length; i++) {
      assertThat(y.real(i)).as("element " + i + " of " + y).isCloseTo(c.values[i], within(1e-6));
    }
    assertThat(y.count()).isEqualTo(c.values.length);
  }
}
