package dev.vitrine.engine.generated;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.vitrine.engine.gen.MixedPixels;
import dev.vitrine.engine.gen.MixedRows;
import dev.vitrine.engine.machine.Calls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/**
 * Weighted sums of a picture's levels in fixed point, in generated code: what resizing is made of.
 * Safe for several threads.
 */
public final class LevelMixer {
  /** Bits of the weights below the point. */
  public static final int FRACTION_BITS = 22;

  private static final long ALIGNMENT = 64;

  /** Bytes that are copied off the heap at once, where a run needs no more. */
  private static final int STAGED = 64 << 10;

  private static final class Host {
    static final LevelMixer MIXER = HostCode.of(LevelMixer::new);
  }

  /**
   * For each output the run of inputs that it is the sum of.
   *
   * @param first of each run
   * @param count of each run's inputs, at most {@code width}
   * @param weights of run i from {@code i · width} on
   */
  public record Runs(int[] first, int[] count, int[] weights, int width) {
    /** How many outputs. */
    public int outputs() {
      return first.length;
    }

    private void check(int inputs) {
      for (int i = 0; i < first.length; i++) {
        Objects.checkFromIndexSize(first[i], count[i], inputs);
        Objects.checkFromIndexSize((long) i * width, count[i], (long) weights.length);
        Objects.checkIndex(count[i], width + 1);
      }
    }

    private int longest() {
      return Arrays.stream(count).max().orElse(0);
    }
  }

  private final MemorySegment rows;
  private final MemorySegment pixels;

  private LevelMixer(HostCode code) {
    rows = code.load(new MixedRows(FRACTION_BITS));
    pixels = code.load(new MixedPixels(FRACTION_BITS));
  }

  /** This machine's; null where there is no code for it. */
  public static LevelMixer host() {
    return Host.MIXER;
  }

  /**
   * Mixes rows.
   *
   * @param in adjacent rows of {@code bytes} each
   * @param out a row for each run
   */
  public void rows(byte[] in, int bytes, Runs runs, byte[] out) {
    Objects.checkIndex(0, bytes);
    runs.check(in.length / bytes);
    Objects.checkFromIndexSize(0L, (long) runs.outputs() * bytes, (long) out.length);
    int blocks = Math.ceilDiv(bytes, MixedRows.BLOCK);
    int most = Math.max(runs.longest(), STAGED / bytes);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment staged = arena.allocate((long) most * bytes + MixedRows.BLOCK, ALIGNMENT);
      MemorySegment row = arena.allocate((long) blocks * MixedRows.BLOCK, ALIGNMENT);
      MemorySegment weights = arena.allocate(JAVA_INT, Math.max(1, runs.weights.length));
      MemorySegment.copy(runs.weights, 0, weights, JAVA_INT, 0, runs.weights.length);
      MemorySegment block = arena.allocate(JAVA_LONG, MixedRows.Arg.values().length);
      set(block, MixedRows.Arg.IN_STRIDE, bytes);
      set(block, MixedRows.Arg.OUT, row.address());
      set(block, MixedRows.Arg.BLOCKS, blocks);
      int begin = 0;
      int end = 0;
      for (int y = 0; y < runs.outputs(); y++) {
        int first = runs.first[y];
        if (first < begin || first + runs.count[y] > end) {
          begin = first;
          end = Math.min(in.length / bytes, first + most);
          MemorySegment.copy(in, begin * bytes, staged, JAVA_BYTE, 0, (end - begin) * bytes);
        }
        set(block, MixedRows.Arg.IN, staged.address() + (long) (first - begin) * bytes);
        set(block, MixedRows.Arg.WEIGHTS, weights.address() + 4L * y * runs.width);
        set(block, MixedRows.Arg.ROWS, runs.count[y]);
        Calls.call(rows, block);
        MemorySegment.copy(row, JAVA_BYTE, 0, out, y * bytes, bytes);
      }
    }
  }

  /**
   * Mixes pixels of three levels along rows.
   *
   * @param in rows of {@code width} pixels, from byte {@code from} on
   * @param out as many rows with a pixel for each run
   */
  public void pixels(byte[] in, int from, int width, int height, Runs runs, byte[] out) {
    runs.check(width);
    int inBytes = 3 * width;
    int outBytes = 3 * runs.outputs();
    Objects.checkFromIndexSize(from, (long) height * inBytes, (long) in.length);
    Objects.checkFromIndexSize(0L, (long) height * outBytes, (long) out.length);
    int steps = Math.ceilDiv(runs.longest(), MixedPixels.STEP);
    int runBytes = 3 * steps * MixedPixels.STEP;
    try (Arena arena = Arena.ofConfined()) {
      // A run's steps may reach behind the row's end, where their weights are 0.
      MemorySegment row = arena.allocate((long) inBytes + runBytes + MixedPixels.SLACK, ALIGNMENT);
      MemorySegment mixed = arena.allocate((long) outBytes + MixedPixels.SLACK, ALIGNMENT);
      MemorySegment block = arena.allocate(JAVA_LONG, MixedPixels.Arg.values().length);
      set(block, MixedPixels.Arg.IN, row.address());
      set(block, MixedPixels.Arg.OFFSETS, offsets(runs, arena).address());
      set(block, MixedPixels.Arg.WEIGHTS, weights(runs, steps, arena).address());
      set(block, MixedPixels.Arg.STEPS, steps);
      set(block, MixedPixels.Arg.OUT, mixed.address());
      set(block, MixedPixels.Arg.PIXELS, runs.outputs());
      for (int y = 0; y < height; y++) {
        MemorySegment.copy(in, from + y * inBytes, row, JAVA_BYTE, 0, inBytes);
        Calls.call(pixels, block);
        MemorySegment.copy(mixed, JAVA_BYTE, 0, out, y * outBytes, outBytes);
      }
    }
  }

  private static MemorySegment offsets(Runs runs, Arena arena) {
    MemorySegment out = arena.allocate(JAVA_INT, runs.outputs());
    for (int x = 0; x < runs.outputs(); x++) {
      out.setAtIndex(JAVA_INT, x, 3 * runs.first[x]);
    }
    return out;
  }

  private static MemorySegment weights(Runs runs, int steps, Arena arena) {
    int vector = MixedPixels.WEIGHTS;
    MemorySegment out = arena.allocate((long) runs.outputs() * steps * vector * 4, ALIGNMENT);
    for (int x = 0; x < runs.outputs(); x++) {
      for (int k = 0; k < runs.count[x]; k++) {
        long at = ((long) x * steps + k / MixedPixels.STEP) * vector + k % MixedPixels.STEP * 3;
        for (int c = 0; c < 3; c++) {
          out.setAtIndex(JAVA_INT, at + c, runs.weights[x * runs.width + k]);
        }
      }
    }
    return out;
  }

  private static void set(MemorySegment block, Enum<?> argument, long value) {
    block.setAtIndex(JAVA_LONG, argument.ordinal(), value);
  }
}
