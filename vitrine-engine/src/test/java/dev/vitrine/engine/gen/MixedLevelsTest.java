package dev.vitrine.engine.gen;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixedLevelsTest {
  private static final int FRACTION = 22;

  private static void fill(MemorySegment bytes, Random random) {
    for (long i = 0; i < bytes.byteSize(); i++) {
      bytes.set(JAVA_BYTE, i, (byte) random.nextInt());
    }
  }

  /** From −1.5 to 1.5, so that sums leave the range of levels on both sides. */
  private static int weight(Random random) {
    return random.nextInt(3 << FRACTION) - (3 << (FRACTION - 1));
  }

  private static int level(int sum) {
    return Math.clamp((sum + (1 << (FRACTION - 1))) >> FRACTION, 0, 255);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 11})
  void rows(int rows) {
    for (int blocks : new int[] {0, 1, 3}) {
      Random random = new Random(rows * 7L + blocks);
      int bytes = blocks * MixedRows.BLOCK;
      int stride = bytes + 3;
      try (Trial trial = new Trial()) {
        MemorySegment in = trial.bytes((long) (rows - 1) * stride + bytes);
        fill(in, random);
        MemorySegment weights = trial.bytes(4L * rows);
        for (int k = 0; k < rows; k++) {
          weights.set(JAVA_INT_UNALIGNED, 4L * k, weight(random));
        }
        MemorySegment out = trial.bytes(bytes);
        trial.set(MixedRows.Arg.IN, in.address());
        trial.set(MixedRows.Arg.IN_STRIDE, stride);
        trial.set(MixedRows.Arg.WEIGHTS, weights.address());
        trial.set(MixedRows.Arg.ROWS, rows);
        trial.set(MixedRows.Arg.OUT, out.address());
        trial.set(MixedRows.Arg.BLOCKS, blocks);
        trial.run(new MixedRows(FRACTION));
        for (int i = 0; i < bytes; i++) {
          int sum = 0;
          for (int k = 0; k < rows; k++) {
            int level = in.get(JAVA_BYTE, (long) k * stride + i) & 0xff;
            sum += level * weights.get(JAVA_INT_UNALIGNED, 4L * k);
          }
          assertThat(out.get(JAVA_BYTE, i) & 0xff)
              .as("%d rows, byte %d of %d", rows, i, bytes)
              .isEqualTo(level(sum));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 6})
  void pixels(int steps) {
    int taps = steps * MixedPixels.STEP;
    for (int pixels : new int[] {0, 1, 7}) {
      Random random = new Random(steps * 7L + pixels);
      try (Trial trial = new Trial()) {
        int width = taps + 5;
        MemorySegment in = trial.bytes(3L * width + MixedPixels.SLACK);
        fill(in, random);
        MemorySegment offsets = trial.bytes(4L * pixels);
        MemorySegment weights = trial.bytes(4L * pixels * steps * MixedPixels.WEIGHTS);
        int[][] w = new int[pixels][taps];
        for (int x = 0; x < pixels; x++) {
          offsets.set(JAVA_INT_UNALIGNED, 4L * x, 3 * random.nextInt(width - taps + 1));
          for (int k = 0; k < taps; k++) {
            w[x][k] = weight(random);
            for (int c = 0; c < 3; c++) {
              int at = (x * steps + k / 2) * MixedPixels.WEIGHTS + k % 2 * 3 + c;
              weights.set(JAVA_INT_UNALIGNED, 4L * at, w[x][k]);
            }
          }
        }
        MemorySegment out = trial.bytes(3L * pixels + MixedPixels.SLACK);
        trial.set(MixedPixels.Arg.IN, in.address());
        trial.set(MixedPixels.Arg.OFFSETS, offsets.address());
        trial.set(MixedPixels.Arg.WEIGHTS, weights.address());
        trial.set(MixedPixels.Arg.STEPS, steps);
        trial.set(MixedPixels.Arg.OUT, out.address());
        trial.set(MixedPixels.Arg.PIXELS, pixels);
        trial.run(new MixedPixels(FRACTION));
        for (int i = 0; i < 3 * pixels; i++) {
          int from = offsets.get(JAVA_INT_UNALIGNED, i / 3 * 4L) + i % 3;
          int sum = 0;
          for (int k = 0; k < taps; k++) {
            sum += (in.get(JAVA_BYTE, from + 3L * k) & 0xff) * w[i / 3][k];
          }
          assertThat(out.get(JAVA_BYTE, i) & 0xff)
              .as("%d steps, byte %d of %d pixels", steps, i, pixels)
              .isEqualTo(level(sum));
        }
      }
    }
  }
}
