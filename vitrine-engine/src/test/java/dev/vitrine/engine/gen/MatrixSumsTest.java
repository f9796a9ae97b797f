package dev.vitrine.engine.gen;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.engine.gen.MatrixSums.Arg;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MatrixSumsTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 31, 32, 33, 49, 64, 75})
  void multiplies(int rows) {
    Random random = new Random(rows);
    int steps = 1 + rows % 3;
    int panels = 1 + rows % 2;
    int depth = steps * MatrixSums.DEPTH;
    int stride = depth + rows % 5;
    try (Trial trial = new Trial()) {
      MemorySegment a = trial.bytes((long) Math.max(0, rows - 1) * stride + depth);
      var start = trial.grid(1, panels * MatrixSums.COLUMNS, panels * MatrixSums.COLUMNS);
      MemorySegment b = trial.bytes((long) panels * depth * MatrixSums.COLUMNS);
      var out = trial.grid(rows, panels * MatrixSums.COLUMNS, panels * MatrixSums.COLUMNS + 3);
      // All as large as they get, in some of the cases.
      boolean extreme = rows % 4 == 1;
      for (long i = 0; i < a.byteSize(); i++) {
        a.set(JAVA_BYTE, i, (byte) (extreme ? 255 : random.nextInt(256)));
      }
      for (long i = 0; i < b.byteSize(); i++) {
        b.set(JAVA_BYTE, i, (byte) (extreme ? -128 : random.nextInt(256)));
      }
      for (int n = 0; n < panels * MatrixSums.COLUMNS; n++) {
        start.set(0, n, Float.intBitsToFloat(random.nextInt(1 << 20)));
      }
      trial.set(Arg.A, a.address());
      trial.set(Arg.A_STRIDE, stride);
      trial.set(Arg.START, start.address());
      trial.set(Arg.START_PANEL, (long) MatrixSums.COLUMNS * Integer.BYTES);
      trial.set(Arg.B, b.address());
      trial.set(Arg.C, out.address());
      trial.set(Arg.C_STRIDE, out.strideBytes());
      trial.set(Arg.M, rows);
      trial.set(Arg.K, steps);
      trial.set(Arg.PANELS, panels);
      trial.run(new MatrixSums());
      for (int m = 0; m < rows; m++) {
        for (int n = 0; n < panels * MatrixSums.COLUMNS; n++) {
          int sum = Float.floatToRawIntBits(start.get(0, n));
          for (int k = 0; k < depth; k++) {
            long panel = (long) n / MatrixSums.COLUMNS * depth * MatrixSums.COLUMNS;
            long at = panel + (k / 4 * MatrixSums.COLUMNS + n % MatrixSums.COLUMNS) * 4L + k % 4;
            sum += (a.get(JAVA_BYTE, (long) m * stride + k) & 255) * b.get(JAVA_BYTE, at);
          }
          assertThat(Float.floatToRawIntBits(out.get(m, n)))
              .as("%d rows, %d deep, at %d, %d", rows, depth, m, n)
              .isEqualTo(sum);
        }
      }
      out.checkPadding("sums of " + rows);
    }
  }
}
