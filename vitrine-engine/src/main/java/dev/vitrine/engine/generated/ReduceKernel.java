package dev.vitrine.engine.generated;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.StepText;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.WeightedSum;
import dev.vitrine.engine.gen.WeightedSum.Arg;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * Sums and means over places whose results are adjacent: a sum of slices of equal weights. A tile
 * is a stretch of adjacent results.
 */
final class ReduceKernel implements Kernel {
  private static final int STRETCH = 256;

  private final String name;
  private final Routine routine;
  private final Place x;
  private final Place out;
  private final MemorySegment table;
  private final int taps;
  private final int axes;
  private final int length;
  private final int parts;

  private ReduceKernel(
      Step.Reduce s, View x, View out, GeneratedKernels kernels, Constants constants) {
    name = StepText.name(s) + "_" + kernels.width().text();
    routine =
        kernels.routine(new WeightedSum(kernels.width(), false, false, Activation.NONE, false));
    this.x = new Place(x, constants);
    this.out = new Place(out, constants);
    axes = out.rank() - 1;
    length = Math.toIntExact(out.size(-1));
    parts = Math.ceilDiv(length, STRETCH);
    View reduced = x;
    for (int i = 0; i <= axes; i++) {
      reduced = reduced.select(0, 0);
    }
    taps = Math.toIntExact(reduced.count());
    float weight = s.kind() == Step.Reduce.Kind.MEAN ? 1f / taps : 1;
    table = constants.allocate(TapTable.bytes(taps));
    for (int i = 0; i < taps; i++) {
      TapTable.set(table, i, offset(reduced, i), Float.floatToRawIntBits(weight));
    }
  }

  private static long offset(View v, long index) {
    long at = 0;
    long rest = index;
    for (int i = v.rank() - 1; i >= 0; i--) {
      at += rest % v.size(i) * v.stride(i);
      rest /= v.size(i);
    }
    return at * Float.BYTES;
  }

  /** A kernel for the step, or null where its kind or strides are not for this. */
  static Kernel of(Step.Reduce s, GeneratedKernels kernels, Constants constants) {
    boolean sums = s.kind() == Step.Reduce.Kind.SUM || s.kind() == Step.Reduce.Kind.MEAN;
    // An axis of one element stands in where everything is reduced.
    View x = s.out().rank() == 0 ? s.x().insert(0) : s.x();
    View out = s.out().rank() == 0 ? s.out().insert(0) : s.out();
    int last = out.rank() - 1;
    boolean adjacent = out.size(last) == 1 || (x.stride(last) == 1 && out.stride(last) == 1);
    return sums && adjacent ? new ReduceKernel(s, x, out, kernels, constants) : null;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int tiles() {
    return Math.toIntExact(Math.multiplyExact(out.view().count(0, axes), (long) parts));
  }

  @Override
  public void reserve(Scratch scratch) {
    Block.of(scratch);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    long start = (long) (tile % parts) * STRETCH;
    Block.of(scratch)
        .set(Arg.IN, x.at(arena, tile / parts, axes) + start * Float.BYTES)
        .set(Arg.IN_STEP, 0)
        .set(Arg.OUT, out.at(arena, tile / parts, axes) + start * Float.BYTES)
        .set(Arg.OUT_STEP, 0)
        .set(Arg.CHANNELS, Math.min(STRETCH, length - start))
        .set(Arg.PIXELS, 1)
        .set(Arg.TABLE, table.address())
        .set(Arg.TAPS, taps)
        .set(Arg.TABLES, 1)
        .set(Arg.OUT_TABLE, 0)
        .call(routine);
  }
}
