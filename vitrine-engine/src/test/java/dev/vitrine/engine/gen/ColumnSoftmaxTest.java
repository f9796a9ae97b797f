package dev.vitrine.engine.gen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.vitrine.engine.gen.ColumnSoftmax.Arg;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ColumnSoftmaxTest {
  @ParameterizedTest
  @EnumSource
  void runsThroughStretches(Width width) {
    for (int vectors : new int[] {1, 2, 3}) {
      for (int rows : new int[] {0, 1, 3, 4, 5, 11}) {
        check(new ColumnSoftmax(width, vectors), rows);
      }
    }
  }

  /** The distance is rounded to a float, as it must be: from there on the error is the kernel's. */
  private static double power(float x, double max) {
    return Math.pow(2, x - (float) max);
  }

  private static void check(ColumnSoftmax kernel, int rows) {
    Random random = new Random(rows);
    int n = kernel.vectors() * kernel.width().lanes();
    try (Trial trial = new Trial()) {
      var panel = trial.grid(rows, n, n).random(random, 40);
      var max = trial.grid(1, n, n).random(random, 40);
      var sum = trial.grid(1, n, n).random(random, 2);
      var factor = trial.grid(1, n, n);
      double[][] expected = new double[rows][n];
      double[] expectedSum = new double[n];
      double[] expectedMax = new double[n];
      double[] expectedFactor = new double[n];
      for (int j = 0; j < n; j++) {
        if (j % 3 == 0) {
          max.set(0, j, -Float.MAX_VALUE);
          sum.set(0, j, 0);
        }
        if (rows > 2 && j % 5 == 0) {
          panel.set(1, j, Float.NEGATIVE_INFINITY);
        }
        expectedMax[j] = max.get(0, j);
        for (int i = 0; i < rows; i++) {
          expectedMax[j] = Math.max(expectedMax[j], panel.get(i, j));
        }
        expectedFactor[j] = power(max.get(0, j), expectedMax[j]);
        expectedSum[j] = sum.get(0, j) * expectedFactor[j];
        for (int i = 0; i < rows; i++) {
          expected[i][j] = power(panel.get(i, j), expectedMax[j]);
          expectedSum[j] += expected[i][j];
        }
      }
      trial.set(Arg.PANEL, panel.address());
      trial.set(Arg.ROWS, rows);
      trial.set(Arg.MAXIMUM, max.address());
      trial.set(Arg.SUM, sum.address());
      trial.set(Arg.FACTOR, factor.address());
      trial.run(kernel);
      String what = kernel.name() + " " + rows + " rows";
      for (int j = 0; j < n; j++) {
        assertThat((double) max.get(0, j)).as(what).isEqualTo(expectedMax[j]);
        assertThat((double) factor.get(0, j))
            .as(what)
            .isCloseTo(expectedFactor[j], offset(4e-7 * expectedFactor[j] + 1e-37));
        assertThat((double) sum.get(0, j))
            .as(what)
            .isCloseTo(expectedSum[j], offset(1e-6 * Math.abs(expectedSum[j]) + 4e-7));
        for (int i = 0; i < rows; i++) {
          assertThat((double) panel.get(i, j))
              .as(what)
              .isCloseTo(expected[i][j], offset(4e-7 * expected[i][j] + 1e-37));
        }
      }
    }
  }
}
