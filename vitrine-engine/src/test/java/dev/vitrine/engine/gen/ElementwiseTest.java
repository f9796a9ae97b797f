package dev.vitrine.engine.gen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.compiler.plan.Function;
import dev.vitrine.compiler.plan.Scalar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ElementwiseTest {
  private static final Scalar X = new Scalar.Input(0);
  private static final Scalar Y = new Scalar.Input(1);

  static Stream<Function> functions() {
    return Arrays.stream(Function.values()).filter(VectorMath::has);
  }

  /**
   * All that floats come to: every size from denormal to largest, and closely where functions bend.
   */
  private static float[] places() {
    List<Float> out =
        new ArrayList<>(
            List.of(0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY));
    for (float x = -130; x < 130; x += 0.037f) {
      out.add(x);
    }
    for (float x = -6; x < 6; x += 0.0031f) {
      out.add(x);
    }
    for (int exponent = -149; exponent < 128; exponent += 3) {
      out.add(1.37f * Math.scalb(1f, exponent));
      out.add(-1.37f * Math.scalb(1f, exponent));
    }
    float[] all = new float[out.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = out.get(i);
    }
    return all;
  }

  private static float[] run(Elementwise kernel, float[]... inputs) {
    int n = inputs[0].length;
    try (Trial trial = new Trial()) {
      for (int i = 0; i < inputs.length; i++) {
        var in = trial.grid(1, n, n);
        for (int j = 0; j < n; j++) {
          in.set(0, j, inputs[i][j]);
        }
        trial.set(RowArg.INPUTS.ordinal() + 2 * i, in.address());
        trial.set(RowArg.INPUTS.ordinal() + 2 * i + 1, in.strideBytes());
      }
      var out = trial.grid(1, n, n);
      trial.set(RowArg.OUT, out.address());
      trial.set(RowArg.ROWS, 1);
      trial.set(RowArg.COLUMNS, n);
      trial.run(kernel);
      float[] y = new float[n];
      for (int j = 0; j < n; j++) {
        y[j] = out.get(0, j);
      }
      return y;
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void functionsOverAllFloats(Function f) {
    float[] x = places();
    float[] first = null;
    for (Width width : Width.values()) {
      float[] y = run(new Elementwise(width, new Scalar.Unary(f, X), List.of(false)), x);
      for (int i = 0; i < x.length; i++) {
        double expected = f.apply(x[i]);
        assertThat(!isDefined(f, x[i]) || close(f, x[i], y[i], expected))
            .as("%s of %s on %s: %s, not %s", f, x[i], width, y[i], expected)
            .isTrue();
        if (first != null) {
          assertThat(Float.floatToIntBits(y[i]))
              .as("%s of %s: same bits on all", f, x[i])
              .isEqualTo(Float.floatToIntBits(first[i]));
        }
      }
      first = y;
    }
  }

  private static boolean close(Function f, float x, float y, double expected) {
    if (Double.isNaN(expected) || Math.abs(expected) > Float.MAX_VALUE) {
      return Float.compare(y, (float) expected) == 0;
    }
    double error = Math.abs(y - expected);
    double size = Math.abs(expected);
    return switch (f) {
      case EXP -> error <= 4e-7 * size + 1e-37;
      case ERF, TANH, SIGMOID -> error <= 5e-7;
      case GELU, GELU_TANH, SILU, QUICK_GELU -> error <= 5e-7 * Math.max(1, Math.abs(x));
      default -> error <= 1.3e-7 * size + 1e-44;
    };
  }

  /** What is a number times a function that tends to 0 has no value at infinity. */
  private static boolean isDefined(Function f, float x) {
    return switch (f) {
      case ERF, GELU, GELU_TANH, SILU, QUICK_GELU -> !Float.isInfinite(x);
      default -> true;
    };
  }

  @ParameterizedTest
  @EnumSource
  void operatorsWithNanAndInfinity(Scalar.Operator operator) {
    float[] some = {
      0, -0f, 1.5f, -2, 1e30f, -1e-30f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY
    };
    float[] a = new float[some.length * some.length];
    float[] b = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      a[i] = some[i / some.length];
      b[i] = some[i % some.length];
    }
    for (Width width : Width.values()) {
      Elementwise kernel =
          new Elementwise(width, new Scalar.Binary(operator, X, Y), List.of(false, false));
      if (!kernel.isPossible()) {
        assertThat(operator).isEqualTo(Scalar.Operator.POW);
        continue;
      }
      float[] y = run(kernel, a, b);
      for (int i = 0; i < a.length; i++) {
        float expected = (float) operator.apply(a[i], b[i]);
        boolean same = Float.compare(y[i], expected) == 0 || (y[i] == 0 && expected == 0);
        assertThat(same)
            .as("%s of %s and %s on %s: %s, not %s", operator, a[i], b[i], width, y[i], expected)
            .isTrue();
      }
    }
  }

  /** Rows, one element repeated along each, whole vectors and rests. */
  @Test
  void rowsWithRepeats() {
    Scalar f =
        new Scalar.Binary(
            Scalar.Operator.ADD,
            new Scalar.Binary(Scalar.Operator.MUL, X, Y),
            new Scalar.Constant(2));
    for (Width width : Width.values()) {
      for (int n : new int[] {1, 7, 8, 9, 16, 17, 70}) {
        try (Trial trial = new Trial()) {
          var random = new Random(n);
          var x = trial.grid(3, n, n + 1).random(random, 2);
          var y = trial.grid(3, 1, 1).random(random, 2);
          var out = trial.grid(3, n, n + 2);
          trial.set(RowArg.INPUTS.ordinal(), x.address());
          trial.set(RowArg.INPUTS.ordinal() + 1, x.strideBytes());
          trial.set(RowArg.INPUTS.ordinal() + 2, y.address());
          trial.set(RowArg.INPUTS.ordinal() + 3, y.strideBytes());
          trial.set(RowArg.OUT, out.address());
          trial.set(RowArg.OUT_STRIDE, out.strideBytes());
          trial.set(RowArg.ROWS, 3);
          trial.set(RowArg.COLUMNS, n);
          trial.run(new Elementwise(width, f, List.of(false, true)));
          for (int r = 0; r < 3; r++) {
            for (int c = 0; c < n; c++) {
              assertThat(out.get(r, c)).isEqualTo(x.get(r, c) * y.get(r, 0) + 2);
            }
          }
          out.checkPadding("elementwise of " + n);
        }
      }
    }
  }
}
