package dev.vitrine.engine.gen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.engine.gen.Transpose.Arg;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransposeTest {
  @ParameterizedTest
  @EnumSource
  void exchangesRowsAndColumns(Width width) {
    for (int rows : new int[] {0, 1, 7, 8, 9, 16, 17, 35}) {
      for (int columns : new int[] {0, 1, 3, 4, 5, 13}) {
        for (boolean one : new boolean[] {false, true}) {
          check(width, rows, columns, one);
        }
      }
    }
  }

  private static void check(Width width, int rows, int columns, boolean one) {
    Random random = new Random(31L * rows + columns);
    try (Trial trial = new Trial()) {
      var in = trial.grid(rows, columns, columns + 3).random(random, 2);
      var out = trial.grid(columns, rows, rows + 2);
      var factor = trial.grid(1, one ? 1 : columns, columns).random(random, 2);
      trial.set(Arg.IN, in.address());
      trial.set(Arg.IN_STRIDE, in.strideBytes());
      trial.set(Arg.ROWS, rows);
      trial.set(Arg.COLUMNS, columns);
      trial.set(Arg.OUT, out.address());
      trial.set(Arg.OUT_STRIDE, out.strideBytes());
      trial.set(Arg.FACTOR, factor.address());
      trial.set(Arg.FACTOR_STEP, one ? 0 : Float.BYTES);
      trial.run(new Transpose(width));
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          float expected = in.get(i, j) * factor.get(0, one ? 0 : j);
          assertThat(out.get(j, i))
              .as("%s %d×%d at %d, %d", width, rows, columns, i, j)
              .isEqualTo(expected);
        }
      }
      out.checkPadding(rows + "×" + columns);
    }
  }
}
