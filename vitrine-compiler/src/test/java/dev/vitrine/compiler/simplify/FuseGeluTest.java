package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Rewriting.rewrite;

import dev.vitrine.compiler.rewrite.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FuseGeluTest {
  private static final String HEAD = "graph (x: f32[2, n]) -> (y)\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = Div(x, 1.4142135)\n b = Erf(a)\n c = Add(b, 1)\n d = Mul(c, x)\n y = Mul(d, 0.5)",
        "a = Mul(x, 0.70710677)\n b = Erf(a)\n c = Add(1, b)\n d = Mul(x, 0.5)\n y = Mul(d, c)",
        "a = Mul(x, 0.70710677)\n b = Erf(a)\n c = Add(1, b)\n d = Mul(0.5, c)\n y = Mul(d, x)",
        "a = Div(x, 1.4142135)\n b = Erf(a)\n c = Add(1, b)\n d = Div(x, 2)\n y = Mul(d, c)",
      })
  void erf(String text) {
    rewrite(new FuseGelu()).turns(HEAD + text).into(HEAD + "y = Gelu(x) { approximate: none }");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p = Pow(x, 3)\n a = Mul(p, 0.044715)\n b = Add(x, a)\n c = Mul(b, 0.7978846)\n t = Tanh(c)\n"
            + " d = Add(t, 1)\n h = Mul(x, 0.5)\n y = Mul(h, d)",
        "p = Mul(x, x)\n q = Mul(p, x)\n a = Mul(q, 0.044715)\n b = Add(x, a)\n c = Mul(b, 0.7978846)\n"
            + " t = Tanh(c)\n d = Add(t, 1)\n e = Mul(d, 0.5)\n y = Mul(x, e)",
        "p = Mul(x, x)\n q = Mul(p, 0.044715)\n r = Add(q, 1)\n s = Mul(x, 0.7978846)\n c = Mul(s, r)\n"
            + " t = Tanh(c)\n d = Add(t, 1)\n e = Mul(d, 0.5)\n y = Mul(x, e)",
      })
  void tanh(String text) {
    rewrite(new FuseGelu()).turns(HEAD + text).into(HEAD + "y = Gelu(x) { approximate: tanh }");
  }

  @Test
  void innerValueUsedElsewhere() {
    rewrite(new FuseGelu())
        .leaves(
            "graph (x: f32[2, 3]) -> (y, b)\n a = Div(x, 1.4142135)\n b = Erf(a)\n c = Add(b, 1)\n"
                + " d = Mul(c, x)\n y = Mul(d, 0.5)",
            Reason.USED_ELSEWHERE);
  }

  @Test
  void otherConstant() {
    rewrite(new FuseGelu())
        .leaves(
            HEAD
                + "a = Div(x, 1.5)\n b = Erf(a)\n c = Add(b, 1)\n d = Mul(c, x)\n y = Mul(d, 0.5)");
  }
}
