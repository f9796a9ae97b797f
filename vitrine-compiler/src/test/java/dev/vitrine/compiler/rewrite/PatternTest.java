package dev.vitrine.compiler.rewrite;

import static dev.vitrine.compiler.rewrite.Pattern.absent;
import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.commutative;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.node;
import static dev.vitrine.compiler.rewrite.Pattern.oneOf;
import static dev.vitrine.compiler.rewrite.Pattern.op;
import static dev.vitrine.compiler.rewrite.Pattern.product;
import static dev.vitrine.compiler.rewrite.Pattern.scalar;
import static dev.vitrine.compiler.rewrite.Pattern.scaled;
import static dev.vitrine.compiler.rewrite.Pattern.sum;
import static dev.vitrine.compiler.rewrite.Rewriting.parse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Clip;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.Neg;
import dev.vitrine.graph.op.Relu;
import dev.vitrine.graph.op.Sub;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternTest {
  private static Match match(String text, Pattern p) {
    Graph g = parse("graph (x: f32[2], z: f32[2], h: f16[2]) -> (y)\n" + text);
    return Match.find(g, g.outputs().get("y").producer(), p);
  }

  @Test
  void inputsInOrder() {
    Pattern a = any();
    Pattern b = any();
    Match m = match("y = Sub(x, z)", op(Sub.class, a, b));
    assertThat(m.value(a).name()).isEqualTo("x");
    assertThat(m.value(b).name()).isEqualTo("z");
    assertThat(match("y = Sub(x, z)", op(Add.class, a, b))).isNull();
  }

  @Test
  void onePatternIsOneValue() {
    Pattern a = any();
    assertThat(match("y = Sub(x, x)", op(Sub.class, a, a))).isNotNull();
    assertThat(match("y = Sub(x, z)", op(Sub.class, a, a))).isNull();
  }

  /**
   * The first order of the inner sum binds {@code a} to x, which the outer one then contradicts.
   */
  @Test
  void triesAllArrangements() {
    Pattern a = any();
    Pattern b = any();
    Pattern inner = commutative(Add.class, a, b);
    Match m = match("s = Add(x, z)\n y = Sub(s, z)", op(Sub.class, inner, a));
    assertThat(m.value(a).name()).isEqualTo("z");
    assertThat(m.value(b).name()).isEqualTo("x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = Mul(x, 0.5)\n r = Relu(z)\n y = Mul(a, r)",
        "r = Relu(z)\n a = Mul(0.5, r)\n y = Mul(a, x)",
        "r = Relu(z)\n a = Mul(r, x)\n y = Mul(0.5, a)",
        "r = Relu(z)\n a = Mul(x, r)\n y = Mul(a, 0.5)",
      })
  void factorsInAnyOrder(String text) {
    Pattern x = any();
    Match m = match(text, product(x, scalar(0.5), op(Relu.class, any())));
    assertThat(m.value(x).name()).isEqualTo("x");
    assertThat(m.onlyUsedInside()).isTrue();
  }

  @Test
  void sumOfThree() {
    assertThat(match("a = Add(x, 1)\n y = Add(a, z)", sum(scalar(1), any(), any()))).isNotNull();
    assertThat(match("a = Add(x, 2)\n y = Add(a, z)", sum(scalar(1), any(), any()))).isNull();
  }

  @ParameterizedTest
  @CsvSource({"'Mul(x, 0.25)'", "'Mul(0.25, x)'", "'Div(x, 4)'"})
  void scaledByANumber(String node) {
    assertThat(match("y = " + node, scaled(any(), 0.25))).isNotNull();
    assertThat(match("y = " + node, scaled(any(), 0.26))).isNull();
  }

  /** 1.4142135 is √2 in f32, and 1.4141 in f16. */
  @Test
  void numbersToThePrecisionOfTheirType() {
    Pattern root = op(Mul.class, any(), scalar(Math.sqrt(2)));
    assertThat(match("y = Mul(x, 1.4142135)", root)).isNotNull();
    assertThat(match("y = Mul(x, 1.4141)", root)).isNull();
    assertThat(match("y = Mul(h, 1.4141:f16)", root)).isNotNull();
  }

  @Test
  void alternatives() {
    Pattern neg = op(Neg.class, any());
    Pattern either = oneOf(op(Relu.class, any()), neg);
    assertThat(match("y = Neg(x)", either).value(neg)).isNotNull();
    assertThat(match("y = Relu(x)", either).value(neg)).isNull();
    assertThat(match("y = Abs(x)", either)).isNull();
  }

  @Test
  void absentInputsAndKinds() {
    assertThat(match("y = Clip(x, _, 1)", op(Clip.class, any(), absent(), constant()))).isNotNull();
    assertThat(match("y = Clip(x, 0, 1)", op(Clip.class, any(), absent(), constant()))).isNull();
    assertThat(match("y = Relu(x)", node(Neg.class, Relu.class))).isNotNull();
    assertThat(match("y = Relu(x)", node())).isNotNull();
    assertThat(match("y = Abs(x)", node(Neg.class, Relu.class))).isNull();
  }

  @Test
  void useElsewhere() {
    Pattern p = op(Neg.class, op(Relu.class, any()));
    String text = "a = Relu(x)\n y = Neg(a)";
    assertThat(match(text, p).onlyUsedInside()).isTrue();
    Graph g = parse("graph (x: f32[2]) -> (y, a)\n" + text);
    assertThat(Match.find(g, g.value("y").producer(), p).onlyUsedInside()).isFalse();
    g = parse("graph (x: f32[2]) -> (y, b)\n" + text + "\n b = Abs(a)");
    assertThat(Match.find(g, g.value("y").producer(), p).onlyUsedInside()).isFalse();
  }
}
