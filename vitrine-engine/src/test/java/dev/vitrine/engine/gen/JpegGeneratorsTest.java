package dev.vitrine.engine.gen;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JpegGeneratorsTest {
  private static void fill(MemorySegment bytes, Random random) {
    for (long i = 0; i < bytes.byteSize(); i++) {
      bytes.set(JAVA_BYTE, i, (byte) random.nextInt());
    }
  }

  private static int level(MemorySegment bytes, long at) {
    return bytes.get(JAVA_BYTE, at) & 0xff;
  }

  /** Against the transform's definition (T.81, A.3.3), which fixed point is within a level of. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void blocks(int blocks) {
    Random random = new Random(blocks);
    try (Trial trial = new Trial()) {
      MemorySegment in = trial.bytes(128L * blocks);
      MemorySegment quantizer = trial.bytes(256);
      for (int i = 0; i < 64; i++) {
        quantizer.set(JAVA_INT_UNALIGNED, 4L * i, 1 + random.nextInt(8));
      }
      for (int i = 0; i < 64 * blocks; i++) {
        in.set(JAVA_SHORT_UNALIGNED, 2L * i, (short) (random.nextInt(33) - 16));
      }
      int stride = 8 * blocks + 5;
      MemorySegment out = trial.bytes(blocks == 0 ? 0 : 7L * stride + 8L * blocks);
      trial.set(BlockTransform.Arg.COEFFICIENTS, in.address());
      trial.set(BlockTransform.Arg.QUANTIZER, quantizer.address());
      trial.set(BlockTransform.Arg.BLOCKS, blocks);
      trial.set(BlockTransform.Arg.OUT, out.address());
      trial.set(BlockTransform.Arg.OUT_STRIDE, stride);
      trial.run(new BlockTransform());
      for (int i = 0; i < 64 * blocks; i++) {
        int y = i % 64 / 8;
        int x = i % 8;
        double sum = 0;
        for (int k = 0; k < 64; k++) {
          double c = in.get(JAVA_SHORT_UNALIGNED, 2L * (i / 64 * 64 + k));
          c *= quantizer.get(JAVA_INT_UNALIGNED, 4L * k);
          sum += c * wave(k / 8, y) * wave(k % 8, x) / 4;
        }
        assertThat((double) level(out, (long) y * stride + i / 64 * 8 + x))
            .as("block %d of %d at %d, %d", i / 64, blocks, y, x)
            .isCloseTo(Math.clamp(sum + 128, 0, 255), within(0.6));
      }
    }
  }

  private static double wave(int frequency, int at) {
    return Math.cos((2 * at + 1) * frequency * Math.PI / 16)
        * (frequency == 0 ? Math.sqrt(0.5) : 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void widerRows(boolean down) {
    for (int blocks : new int[] {0, 1, 3}) {
      int n = blocks * WiderRow.BLOCK;
      Random random = new Random(blocks);
      try (Trial trial = new Trial()) {
        MemorySegment near = trial.bytes(n + 2L);
        MemorySegment far = trial.bytes(n + 2L);
        fill(near, random);
        fill(far, random);
        MemorySegment out = trial.bytes(2L * n);
        trial.set(WiderRow.Arg.NEAR, near.address() + 1);
        trial.set(WiderRow.Arg.FAR, far.address() + 1);
        trial.set(WiderRow.Arg.OUT, out.address());
        trial.set(WiderRow.Arg.BLOCKS, blocks);
        trial.run(new WiderRow(down));
        for (int i = 0; i < 2 * n; i++) {
          int here = mixed(near, far, i / 2, down);
          int next = mixed(near, far, i / 2 + (i % 2 == 0 ? -1 : 1), down);
          int round = down ? 8 - i % 2 : 1 + i % 2;
          assertThat(level(out, i))
              .as("down %s, byte %d of %d", down, i, 2 * n)
              .isEqualTo((3 * here + next + round) >> (down ? 4 : 2));
        }
      }
    }
  }

  private static int mixed(MemorySegment near, MemorySegment far, int at, boolean down) {
    return down ? 3 * level(near, at + 1) + level(far, at + 1) : level(near, at + 1);
  }

  @Test
  void colours() {
    for (int blocks : new int[] {0, 1, 4}) {
      int n = blocks * ColourRow.BLOCK;
      Random random = new Random(blocks);
      try (Trial trial = new Trial()) {
        MemorySegment[] rows = {trial.bytes(n), trial.bytes(n), trial.bytes(n)};
        for (MemorySegment row : rows) {
          fill(row, random);
        }
        MemorySegment out = trial.bytes(3L * n + ColourRow.SLACK);
        trial.set(ColourRow.Arg.Y, rows[0].address());
        trial.set(ColourRow.Arg.CB, rows[1].address());
        trial.set(ColourRow.Arg.CR, rows[2].address());
        trial.set(ColourRow.Arg.OUT, out.address());
        trial.set(ColourRow.Arg.BLOCKS, blocks);
        trial.run(new ColourRow());
        for (int x = 0; x < n; x++) {
          int y = level(rows[0], x);
          double cb = level(rows[1], x) - 128;
          double cr = level(rows[2], x) - 128;
          double[] rgb = {y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb};
          for (int c = 0; c < 3; c++) {
            assertThat((double) level(out, 3L * x + c))
                .as("channel %d of pixel %d", c, x)
                .isCloseTo(Math.clamp(rgb[c], 0, 255), within(0.51));
          }
        }
      }
    }
  }
}
