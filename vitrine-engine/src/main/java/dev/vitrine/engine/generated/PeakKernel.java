package dev.vitrine.engine.generated;

import dev.vitrine.engine.gen.FmaLoop;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * No step, but a yardstick: multiply-adds that touch no memory, some tens of microseconds a tile.
 */
public final class PeakKernel implements Kernel {
  private static final long TILE_FLOPS = 8 << 20;

  private final FmaLoop loop;
  private final Routine routine;
  private final int tiles;

  public PeakKernel(GeneratedKernels kernels, int tiles) {
    loop = new FmaLoop(kernels.width());
    routine = kernels.routine(loop);
    this.tiles = tiles;
  }

  private long passes() {
    return TILE_FLOPS / loop.flops();
  }

  /** Floating-point operations of all tiles. */
  public long flops() {
    return tiles * passes() * loop.flops();
  }

  @Override
  public String name() {
    return loop.name();
  }

  @Override
  public int tiles() {
    return tiles;
  }

  @Override
  public void reserve(Scratch scratch) {
    Block.of(scratch);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    Block.of(scratch).set(FmaLoop.Arg.PASSES, passes()).call(routine);
  }
}
