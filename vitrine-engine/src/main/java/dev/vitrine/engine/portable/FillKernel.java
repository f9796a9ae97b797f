package dev.vitrine.engine.portable;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Nest;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** Writes one value everywhere. */
final class FillKernel implements Kernel {
  private final float value;
  private final Strided to;
  private final Nest nest;
  private final Chunks chunks;

  FillKernel(Step.Fill s, Constants constants) {
    value = s.value();
    to = new Strided(s.to(), constants);
    nest = new Nest(List.of(s.to()));
    chunks = Chunks.of(nest, 1024);
  }

  @Override
  public String name() {
    return "fill_portable";
  }

  @Override
  public int tiles() {
    return chunks.tiles();
  }

  @Override
  public void reserve(Scratch scratch) {
    scratch.floats(0, chunks.chunk());
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    float[] row = scratch.floats(0, chunks.chunk());
    Arrays.fill(row, 0, chunks.chunk(), value);
    for (long i = chunks.first(tile); i < chunks.end(tile); i++) {
      long at = to.start() + nest.offset(0, i / chunks.perRun()) + chunks.start(i) * nest.step(0);
      to.write(arena, at, nest.step(0), row, 0, chunks.size(i));
    }
  }
}
