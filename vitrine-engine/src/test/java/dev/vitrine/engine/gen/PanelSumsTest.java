package dev.vitrine.engine.gen;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PanelSumsTest {
  private static final int COLUMNS = PanelSums.COLUMNS;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7})
  void sums(int rows) {
    for (int pairs : new int[] {0, 1, 3}) {
      Random random = new Random(rows * 10L + pairs);
      long bytes = 8L * COLUMNS * rows;
      try (Trial trial = new Trial()) {
        MemorySegment panel = trial.bytes(bytes);
        MemorySegment others = trial.bytes(2 * pairs * bytes);
        for (MemorySegment m : new MemorySegment[] {panel, others}) {
          for (long i = 0; i < m.byteSize(); i += 8) {
            m.set(JAVA_DOUBLE_UNALIGNED, i, random.nextGaussian());
          }
        }
        MemorySegment out = trial.bytes(8L * PanelSums.SUMS * pairs);
        trial.set(PanelSums.Arg.PANEL, panel.address());
        trial.set(PanelSums.Arg.OTHERS, others.address());
        trial.set(PanelSums.Arg.ROWS, rows);
        trial.set(PanelSums.Arg.BYTES, bytes);
        trial.set(PanelSums.Arg.PAIRS, pairs);
        trial.set(PanelSums.Arg.OUT, out.address());
        trial.run(new PanelSums());
        for (int n = 0; n < PanelSums.SUMS * pairs; n++) {
          int i = n % PanelSums.SUMS / (2 * COLUMNS);
          int j = n / PanelSums.SUMS * 2 * COLUMNS + n % (2 * COLUMNS);
          double sum = 0;
          for (int r = 0; r < rows; r++) {
            double x = panel.get(JAVA_DOUBLE_UNALIGNED, 8L * (r * COLUMNS + i));
            long at = j / COLUMNS * bytes + 8L * (r * COLUMNS + j % COLUMNS);
            sum = Math.fma(x, others.get(JAVA_DOUBLE_UNALIGNED, at), sum);
          }
          assertThat(out.get(JAVA_DOUBLE_UNALIGNED, 8L * n))
              .as("%d rows, sum %d of %d pairs", rows, n, pairs)
              .isEqualTo(sum);
        }
      }
    }
  }
}
