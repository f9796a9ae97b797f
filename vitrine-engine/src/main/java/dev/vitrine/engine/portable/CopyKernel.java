package dev.vitrine.engine.portable;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Nest;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Moves elements of any type; runs that are contiguous on both sides go in bulk. */
final class CopyKernel implements Kernel {
  private final Strided from;
  private final Strided to;
  private final Nest nest;
  private final Chunks chunks;
  private final int bytes;

  CopyKernel(Step.Copy s, Constants constants) {
    from = new Strided(s.from(), constants);
    to = new Strided(s.to(), constants);
    nest = new Nest(List.of(s.from(), s.to()));
    chunks = Chunks.of(nest, 16 * 1024);
    bytes = s.to().dtype().bytes();
  }

  @Override
  public String name() {
    return "copy_portable";
  }

  @Override
  public int tiles() {
    return chunks.tiles();
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    MemorySegment source = from.memory(arena);
    long in = nest.step(0) * bytes;
    long out = nest.step(1) * bytes;
    for (long i = chunks.first(tile); i < chunks.end(tile); i++) {
      long run = i / chunks.perRun();
      long a = (from.start() + nest.offset(0, run)) * bytes + chunks.start(i) * in;
      long b = (to.start() + nest.offset(1, run)) * bytes + chunks.start(i) * out;
      int n = chunks.size(i);
      Elements.copy(bytes, source, a, in, arena, b, out, n);
    }
  }
}
