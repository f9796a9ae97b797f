package dev.vitrine.engine.portable;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Nest;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Picks rows; a tile is a stretch of the result's. */
final class GatherKernel implements Kernel {
  private static final int WORK = 16 * 1024;

  private final Step.Gather step;
  private final Strided from;
  private final Strided to;
  // The loops within a row.
  private final Nest nest;
  private final int bytes;
  private final int perTile;

  GatherKernel(Step.Gather s, Constants constants) {
    step = s;
    from = new Strided(s.from(), constants);
    to = new Strided(s.to(), constants);
    nest = new Nest(List.of(s.from().select(0, 0), s.to().select(0, 0)));
    bytes = s.to().dtype().bytes();
    perTile = Math.toIntExact(Math.max(1, WORK / Math.max(1, nest.outer() * nest.inner())));
  }

  @Override
  public String name() {
    return "gather_portable";
  }

  @Override
  public int tiles() {
    return (step.rows().count() + perTile - 1) / perTile;
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    MemorySegment source = from.memory(arena);
    int[] index = step.rows().index();
    int end = Math.min(index.length, (tile + 1) * perTile);
    for (int i = tile * perTile; i < end; i++) {
      long a = from.start() + index[i] * step.from().stride(0);
      long b = to.start() + i * step.to().stride(0);
      for (long run = 0; run < nest.outer(); run++) {
        Elements.copy(
            bytes,
            source,
            (a + nest.offset(0, run)) * bytes,
            nest.step(0) * bytes,
            arena,
            (b + nest.offset(1, run)) * bytes,
            nest.step(1) * bytes,
            Math.toIntExact(nest.inner()));
      }
    }
  }
}
