package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.engine.gen.GatherRows;
import dev.vitrine.engine.gen.RowArg;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Nest;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Picks rows; a tile is a stretch of the result's, in one of the runs that a row consists of. */
final class GatherKernel implements Kernel {
  private static final int WORK = 16 * 1024;

  private final String name;
  private final Routine routine;
  private final Place from;
  private final Place to;
  private final MemorySegment index;
  // The loops within a row.
  private final Nest nest;
  private final int rows;
  private final int block;
  private final int blocks;

  private GatherKernel(Step.Gather s, Nest nest, GeneratedKernels kernels, Constants constants) {
    GatherRows generator = new GatherRows(kernels.width());
    name = generator.name();
    routine = kernels.routine(generator);
    from = new Place(s.from(), constants);
    to = new Place(s.to(), constants);
    index = RowIndex.of(s.rows(), from.stride(0), constants);
    this.nest = nest;
    rows = s.rows().count();
    block = Math.clamp(WORK / Math.max(1, nest.inner()), 1, Math.max(1, rows));
    blocks = Math.ceilDiv(rows, block);
  }

  /** A kernel for the step, or null where its elements or strides are not for this. */
  static Kernel of(Step.Gather s, GeneratedKernels kernels, Constants constants) {
    Step.Gather words = new Step.Gather(Words.of(s.from()), s.rows(), Words.of(s.to()));
    if (words.from() == null) {
      return null;
    }
    Nest nest = new Nest(List.of(words.from().select(0, 0), words.to().select(0, 0)));
    return nest.step(0) == 1 && nest.step(1) == 1
        ? new GatherKernel(words, nest, kernels, constants)
        : null;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int tiles() {
    return Math.toIntExact(nest.outer() * blocks);
  }

  @Override
  public void reserve(Scratch scratch) {
    Block.of(scratch);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int run = tile / blocks;
    int first = tile % blocks * block;
    Block.of(scratch)
        .set(RowArg.IN, from.at(arena, 0, 1) + nest.offset(0, run) * Words.BYTES)
        .set(RowArg.INDEX, RowIndex.address(index, first))
        .set(RowArg.OUT, to.at(arena, first, 1) + nest.offset(1, run) * Words.BYTES)
        .set(RowArg.OUT_STRIDE, to.stride(0))
        .set(RowArg.ROWS, Math.min(block, rows - first))
        .set(RowArg.COLUMNS, nest.inner())
        .call(routine);
  }
}
