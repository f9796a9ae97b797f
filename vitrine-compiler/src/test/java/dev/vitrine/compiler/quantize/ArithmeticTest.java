package dev.vitrine.compiler.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.fused.QuantizeRows;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ArithmeticTest {
  private static float[] normal(int n, long seed) {
    Random random = new Random(seed);
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      out[i] = (float) random.nextGaussian();
    }
    return out;
  }

  private static float[] ones(int n) {
    float[] out = new float[n];
    Arrays.fill(out, 1);
    return out;
  }

  @Test
  void weightsByColumn() {
    // Column 1 is 0; the largest elements have the greatest codes.
    float[] w = {1, 0, -8, -2, 0, 4};
    Weight q = Weight.of(w, ones(2), 127);
    assertThat(q.scales().toFloats()[0]).isCloseTo(2f / 127, within(1e-9f));
    assertThat(q.codes().toLongs()[1]).isZero();
    assertThat(q.codes().toLongs()[2]).isEqualTo(-127);
    assertThat(q.floats()).containsExactly(w, within(8f / 254));
  }

  /** One large weight of little importance is cut for the sake of the others. */
  @Test
  void clips() {
    float[] w = normal(400, 3);
    w[0] = 6;
    float[] importance = ones(400);
    importance[0] = 1e-4f;
    Weight cut = Weight.of(w, importance, 63);
    assertThat(cut.clip()).isLessThan(0.9);
    importance[0] = 1e4f;
    assertThat(Weight.of(w, importance, 63).clip()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Grade.class)
  void rowsAsTheOperationQuantizesThem(Grade grade) {
    int depth = 19;
    float[] x = normal(7 * depth, 5);
    Arrays.fill(x, 0, depth, 0);
    List<Tensor> out =
        new QuantizeRows(grade).evaluate(Inputs.of(3, List.of(Tensor.f32(Shape.of(7, depth), x))));
    float[] expected = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      float code = out.get(0).integer(i) - out.get(2).integer(i / depth);
      expected[i] = code * (float) out.get(1).real(i / depth);
    }
    assertThat(Matrices.quantizedRows(x, depth, grade.levels())).containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource({"1, 5, 3", "6, 7, 2", "9, 1, 4"})
  void products(int rows, int depth, int columns) {
    float[] x = normal(rows * depth, 1);
    float[] w = normal(depth * columns, 2);
    float[] y = Matrices.product(x, w, depth, columns);
    for (int r = 0; r < rows; r++) {
      for (int n = 0; n < columns; n++) {
        double sum = 0;
        for (int k = 0; k < depth; k++) {
          sum += (double) x[r * depth + k] * w[k * columns + n];
        }
        assertThat((double) y[r * columns + n]).as("%d, %d", r, n).isCloseTo(sum, within(1e-5));
      }
    }
  }

  /** Of a normal distribution with one number far out, only the range of all keeps that. */
  @Test
  void rangesOfCalibration() {
    float[] values = normal(100_000, 9);
    values[0] = 100;
    Range widest = new Range(-5, 100);
    assertThat(Range.of(Ranges.MIN_MAX, values, widest, 255)).isEqualTo(widest);
    for (Ranges method : List.of(Ranges.PERCENTILE, Ranges.KL)) {
      assertThat(Range.of(method, values, widest, 255).hi()).as("%s", method).isBetween(3f, 60f);
    }
    Range percentile = Range.of(Ranges.PERCENTILE, values, widest, 255);
    assertThat(percentile.lo()).isBetween(-4.5f, -3f);
  }

  /** Of a few numbers far out the squared error keeps what pays. */
  @Test
  void squaredErrorWeighsBothSides() {
    float[] values = normal(100_000, 9);
    Range widest = new Range(-5, 5);
    Range coarse = Range.of(Ranges.MSE, values, widest, 15);
    Range fine = Range.of(Ranges.MSE, values, widest, 255);
    assertThat(coarse.hi()).isLessThan(fine.hi()).isGreaterThan(2);
  }

  @Test
  void rangeOfNothing() {
    Range none = new Range(0, 0);
    assertThat(none.scale(255)).isEqualTo(1);
    assertThat(Matrices.quantized(new float[] {0}, none, 255)).containsExactly(0);
  }

  @Test
  void rowsKeptAreBoundedAndSpread() {
    Activity a = new Activity(1, 8);
    for (int sample = 0; sample < 10; sample++) {
      float[] rows = new float[10];
      for (int i = 0; i < 10; i++) {
        rows[i] = sample * 10 + i;
      }
      a.rows(rows);
    }
    assertThat(a.rows()).containsExactly(0, 16, 32, 48, 64, 80, 96);
  }
}
