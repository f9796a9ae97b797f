package dev.vitrine.engine.gen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RowsTest {
  private static final int[] COLUMNS = {1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 133};

  /** Gives a row's expected values. */
  private interface Expected {
    double[] of(double[] x, double[] scale, double[] bias);
  }

  @ParameterizedTest
  @EnumSource
  void layerNorm(Width width) {
    for (int n : COLUMNS) {
      for (int form = 0; form < 8; form++) {
        boolean picks = (form & 4) != 0;
        boolean scaled = (form & 1) != 0;
        boolean shifted = (form & 2) != 0;
        check(
            new LayerNormRows(width, picks, scaled, shifted),
            picks,
            n,
            1e-5,
            (x, scale, bias) -> {
              double mean = 0;
              double variance = 0;
              for (double v : x) {
                mean += v / n;
              }
              for (double v : x) {
                variance += (v - mean) * (v - mean) / n;
              }
              double[] y = new double[n];
              for (int i = 0; i < n; i++) {
                y[i] =
                    (x[i] - mean) / Math.sqrt(variance + 1e-3f) * (scaled ? scale[i] : 1)
                        + (shifted ? bias[i] : 0);
              }
              return y;
            });
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void softmax(Width width) {
    for (boolean base2 : new boolean[] {false, true}) {
      double base = base2 ? 2 : Math.E;
      for (int n : COLUMNS) {
        check(
            new SoftmaxRows(width, base2),
            false,
            n,
            1e-6,
            (x, _, _) -> {
              double sum = 0;
              for (double v : x) {
                sum += Math.pow(base, v);
              }
              double[] y = new double[n];
              for (int i = 0; i < n; i++) {
                y[i] = Math.pow(base, x[i]) / sum;
              }
              return y;
            });
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void gather(Width width) {
    for (int n : COLUMNS) {
      check(new GatherRows(width), true, n, 0, (x, _, _) -> x);
    }
  }

  /**
   * @param picks whether the kernel takes rows by an index, which is backwards then
   */
  private static void check(
      Generator kernel, boolean picks, int n, double tolerance, Expected expected) {
    Random random = new Random(n);
    try (Trial trial = new Trial()) {
      int rows = n % 3;
      // All rows negative, so that a maximum must not see what isn't there.
      var in = trial.grid(rows, n, n + 3).random(random, 9);
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < n; c++) {
          in.set(r, c, in.get(r, c) - 30);
        }
      }
      var out = trial.grid(rows, n, n + 5);
      var scale = trial.grid(1, n, n).random(random, 3);
      var bias = trial.grid(1, n, n).random(random, 3);
      var index = trial.grid(Math.max(1, rows), 2, 2);
      for (int r = 0; r < rows; r++) {
        index.setLong(r, 0, (rows - 1 - r) * in.strideBytes());
      }
      trial.set(RowArg.INDEX, index.address());
      trial.set(RowArg.IN, in.address());
      trial.set(RowArg.IN_STRIDE, in.strideBytes());
      trial.set(RowArg.OUT, out.address());
      trial.set(RowArg.OUT_STRIDE, out.strideBytes());
      trial.set(RowArg.ROWS, rows);
      trial.set(RowArg.COLUMNS, n);
      trial.set(RowArg.SCALE, scale.address());
      trial.set(RowArg.BIAS, bias.address());
      trial.set(RowArg.EPSILON, Float.floatToRawIntBits(1e-3f));
      trial.set(RowArg.COUNT, Float.floatToRawIntBits(n));
      trial.run(kernel);
      for (int r = 0; r < rows; r++) {
        double[] e = expected.of(in.row(picks ? rows - 1 - r : r), scale.row(0), bias.row(0));
        for (int c = 0; c < n; c++) {
          assertThat((double) out.get(r, c))
              .as("%s of %d at %d, %d", kernel.name(), n, r, c)
              .isCloseTo(e[c], offset(tolerance));
        }
      }
      out.checkPadding(kernel.name());
    }
  }
}
