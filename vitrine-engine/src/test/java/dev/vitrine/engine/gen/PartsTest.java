package dev.vitrine.engine.gen;

import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.vitrine.engine.gen.Parts.Arg;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartsTest {
  @ParameterizedTest
  @CsvSource({"1,1", "3,15", "15,16", "16,17", "17,31", "31,32", "33,33", "2,63", "5,96", "35,70"})
  void sumsUpToTheNumber(int rows, int columns) {
    Random random = new Random(rows * 100L + columns);
    try (Trial trial = new Trial()) {
      var in = trial.grid(rows, columns, columns + rows % 4);
      long group = Parts.groupBytes(columns);
      MemorySegment out = trial.bytes(Math.ceilDiv(rows, 16) * group);
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          int exponent = random.nextInt(160) - 80;
          in.set(r, c, (float) (random.nextGaussian() * Math.pow(2, exponent)));
        }
      }
      in.set(0, 0, Float.intBitsToFloat(0x3f808000));
      trial.set(Arg.IN, in.address());
      trial.set(Arg.IN_STRIDE, in.strideBytes());
      trial.set(Arg.ROWS, rows);
      trial.set(Arg.COLUMNS, columns);
      trial.set(Arg.OUT, out.address());
      trial.set(Arg.GROUP, group);
      trial.run(new Parts());
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < Math.ceilDiv(columns, 32) * 32; c++) {
          float x = c < columns ? in.get(r, c) : 0;
          float first = part(out, group, r, c, 0);
          float second = part(out, group, r, c, 1);
          float third = part(out, group, r, c, 2);
          String what = "%s, parts %s, %s, %s".formatted(x, first, second, third);
          assertThat((double) first + second + third).as(what).isEqualTo(x);
          assertThat(Math.abs((double) x - first)).as(what).isLessThanOrEqualTo(unit(x) / 2);
          assertThat(Math.abs((double) x - first - second))
              .as(what)
              .isLessThanOrEqualTo(unit(x - first) / 2);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {1.2345678e-30f, -1.2345678e-33f, 1.2345678e-36f, -1.2345678e-39f, 1e-45f})
  void smallNumbersDontGetIntoOthers(float x) {
    try (Trial trial = new Trial()) {
      var in = trial.grid(1, 32, 32);
      long group = Parts.groupBytes(32);
      MemorySegment out = trial.bytes(group);
      for (int c = 0; c < 32; c++) {
        in.set(0, c, c < 16 == c % 2 < 1 ? x : 1.2345678f);
      }
      trial.set(Arg.IN, in.address());
      trial.set(Arg.ROWS, 1);
      trial.set(Arg.COLUMNS, 32);
      trial.set(Arg.OUT, out.address());
      trial.set(Arg.GROUP, group);
      trial.run(new Parts());
      for (int c = 0; c < 32; c++) {
        double sum = 0;
        for (int i = 0; i < Parts.COUNT; i++) {
          sum += part(out, group, 0, c, i);
        }
        assertThat(sum).as("column %d", c).isCloseTo((double) in.get(0, c), offset(0x1p-126));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity", "-Infinity"})
  void whatIsNotFiniteHasNaNAmongItsParts(float x) {
    try (Trial trial = new Trial()) {
      var in = trial.grid(1, 1, 1);
      MemorySegment out = trial.bytes(Parts.groupBytes(1));
      in.set(0, 0, x);
      trial.set(Arg.IN, in.address());
      trial.set(Arg.ROWS, 1);
      trial.set(Arg.COLUMNS, 1);
      trial.set(Arg.OUT, out.address());
      trial.set(Arg.GROUP, Parts.groupBytes(1));
      trial.run(new Parts());
      float sum = 0;
      for (int i = 0; i < Parts.COUNT; i++) {
        sum += part(out, 0, 0, 0, i);
      }
      assertThat(sum).isNaN();
    }
  }

  private static float part(MemorySegment out, long group, int row, int column, int part) {
    int inStep = column % 32;
    long at =
        row / 16 * group
            + (column / 32 * 3L + part) * 1024
            + row % 16 * 64
            + inStep % 16 * 4
            + inStep / 16 * 2;
    return Float.intBitsToFloat(out.get(JAVA_SHORT_UNALIGNED, at) << 16);
  }

  /** The distance of bfloat16 near a number. */
  private static double unit(double x) {
    return Math.pow(2, Math.getExponent(x) - 7);
  }
}
