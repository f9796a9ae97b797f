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

  @Test
  void weightsByColumn() {
    // Column 1 is 0; the largest elements have the greatest codes.
    float[] w = {1, 0, -8, -2, 0, 4};
    Weight q = Weight.of(w, 2, null, 127);
    assertThat(q.scales().toFloats()[0]).isCloseTo(2f / 127, within(1e-9f));
    assertThat(q.codes().toLongs()[1]).isZero();
    assertThat(q.codes().toLongs()[2]).isEqualTo(-127);
    assertThat(q.floats()).containsExactly(w, within(8f / 254));
  }

  /** With few steps the largest weight is cut for the sake of the others. */
  @Test
  void clips() {
    float[] w = normal(400, 3);
    w[0] = 6;
    assertThat(Weight.of(w, 400, null, 3).clip()).isLessThan(0.9);
    assertThat(Weight.of(w, 400, null, 127).clip()).isEqualTo(1);
  }

  /** Rows of 24 channels, each the mean of some of a few numbers and some of its own. */
  private static float[] mixed(int rows, double common, long seed) {
    Random random = new Random(seed);
    float[] out = new float[rows * 24];
    for (int r = 0; r < rows; r++) {
      double[] shared = random.doubles(4, -1, 1).toArray();
      for (int k = 0; k < 24; k++) {
        out[r * 24 + k] =
            (float) (common * shared[k % 4] + (1 - common) * (random.nextDouble() * 2 - 1));
      }
    }
    return out;
  }

  /** On other rows than those that the feedback was made of. */
  @ParameterizedTest
  @CsvSource({"0.9, 0.85", "0.5, 0.97", "0, 1.02"})
  void rowsMakeUpForEachOther(double common, double most) {
    float[] w = normal(24 * 32, 8);
    float[] x = mixed(200, common, 2);
    Feedback feedback = Feedback.of(mixed(200, common, 1), 24);
    double with = error(x, w, Weight.of(w, 24, feedback, 15));
    double without = error(x, w, Weight.of(w, 24, null, 15));
    assertThat(with / without).isLessThan(most);
    // Channels of other sizes, what they weigh moved to the weights, get the same codes.
    float[] by = new float[24];
    float[] inverse = new float[24];
    for (int k = 0; k < 24; k++) {
      by[k] = 1 << (k % 5);
      inverse[k] = 1 / by[k];
    }
    float[] larger = Matrices.scaledColumns(mixed(200, common, 1), by);
    Weight same = Weight.of(w, 24, Feedback.of(larger, 24).dividing(by), 15);
    assertThat(error(x, w, same)).isCloseTo(with, within(1e-3 * with));
  }

  /** However much channels go together, no weight is off by more than three quarters of a step. */
  @Test
  void feedbackMovesWeightsLittle() {
    float[] w = normal(24 * 32, 8);
    float[] kept = Weight.of(w, 24, Feedback.of(mixed(200, 1, 1), 24), 15).floats();
    float[] scale = Weight.of(w, 24, null, 15).scales().toFloats();
    float[] plain = Weight.of(w, 24, null, 15).floats();
    for (int i = 0; i < w.length; i++) {
      float cut = Math.abs(plain[i] - w[i]);
      assertThat(Math.abs(kept[i] - w[i]))
          .isLessThan(Math.max(0.751f * scale[i % 32], cut + 0.251f * scale[i % 32]));
    }
  }

  private static double error(float[] x, float[] w, Weight rounded) {
    float[] expected = Matrices.product(x, w, 24, 32);
    float[] actual = Matrices.product(x, rounded.floats(), 24, 32);
    double sum = 0;
    for (int i = 0; i < actual.length; i++) {
      sum += (actual[i] - expected[i]) * (actual[i] - expected[i]);
    }
    return Math.sqrt(sum);
  }

  /** A channel that is always 0 neither gives nor takes. */
  @Test
  void unusedChannels() {
    float[] x = normal(60, 4);
    for (int i = 0; i < x.length; i += 3) {
      x[i + 1] = 0;
    }
    float[] w = normal(15, 6);
    float[] kept = Weight.of(w, 3, Feedback.of(x, 3), 127).floats();
    float[] plain = Weight.of(w, 3, null, 127).floats();
    assertThat(Arrays.copyOfRange(kept, 5, 10)).containsExactly(Arrays.copyOfRange(plain, 5, 10));
    assertThat(kept).containsExactly(w, within(0.03f));
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
    assertThat(a.rows(3)).containsExactly(0, 32, 64);
  }
}
