package dev.vitrine.engine.generated;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.Taps;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.WeightedSum;
import dev.vitrine.engine.gen.WeightedSum.Arg;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * Resamples pictures of adjacent channels: a tile is an output row, mixed from input rows first and
 * along itself then.
 */
final class ResampleKernel implements Kernel {
  private static final int MIXED = 1;
  private static final int TABLE = 2;

  private final String name;
  private final Routine routine;
  private final Place x;
  private final Place out;
  private final Taps rows;
  private final int width;
  private final int outHeight;
  private final int outWidth;
  private final int channels;
  private final long pixel;
  private final MemorySegment along;
  private final int alongTaps;

  private ResampleKernel(Step.Resample s, GeneratedKernels kernels, Constants constants) {
    WeightedSum generator = new WeightedSum(kernels.width(), false, false, Activation.NONE, false);
    name = "resample_" + kernels.width().text();
    routine = kernels.routine(generator);
    x = new Place(s.x(), constants);
    out = new Place(s.out(), constants);
    rows = s.rows();
    width = Math.toIntExact(s.x().size(2));
    channels = Math.toIntExact(s.x().size(3));
    outHeight = Math.toIntExact(s.out().size(1));
    outWidth = Math.toIntExact(s.out().size(2));
    pixel = (long) channels * Float.BYTES;
    alongTaps = s.columns().width();
    int taps = s.columns().index().length;
    along = constants.allocate(TapTable.bytes(taps));
    for (int i = 0; i < taps; i++) {
      TapTable.set(
          along,
          i,
          s.columns().index()[i] * pixel,
          Float.floatToRawIntBits(s.columns().weights()[i]));
    }
  }

  /** A kernel for the step, or null where its strides are not for this. */
  static Kernel of(Step.Resample s, GeneratedKernels kernels, Constants constants) {
    return adjacent(s.x()) && adjacent(s.out()) ? new ResampleKernel(s, kernels, constants) : null;
  }

  private static boolean adjacent(View v) {
    return v.stride(3) == 1 || v.size(3) == 1;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int tiles() {
    return Math.toIntExact(out.view().count(0, 2));
  }

  @Override
  public void reserve(Scratch scratch) {
    Block block = Block.of(scratch);
    block.reserve(MIXED, Math.max(1, width * pixel));
    block.reserve(TABLE, TapTable.bytes(rows.width()));
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    Block block = Block.of(scratch);
    MemorySegment table = block.area(TABLE);
    long mixed = block.area(MIXED).address();
    int first = tile % outHeight * rows.width();
    for (int i = 0; i < rows.width(); i++) {
      long weight = Float.floatToRawIntBits(rows.weights()[first + i]);
      TapTable.set(table, i, rows.index()[first + i] * x.stride(1), weight);
    }
    block
        .set(Arg.IN, x.at(arena, tile / outHeight, 1))
        .set(Arg.IN_STEP, x.stride(2))
        .set(Arg.OUT, mixed)
        .set(Arg.OUT_STEP, pixel)
        .set(Arg.CHANNELS, channels)
        .set(Arg.PIXELS, width)
        .set(Arg.TABLE, table.address())
        .set(Arg.TAPS, rows.width())
        .set(Arg.TABLES, 1)
        .set(Arg.OUT_TABLE, 0)
        .call(routine);
    block
        .set(Arg.IN, mixed)
        .set(Arg.OUT, out.at(arena, tile, 2))
        .set(Arg.PIXELS, 1)
        .set(Arg.TABLE, along.address())
        .set(Arg.TAPS, alongTaps)
        .set(Arg.TABLES, outWidth)
        .set(Arg.OUT_TABLE, out.stride(2))
        .call(routine);
  }
}
