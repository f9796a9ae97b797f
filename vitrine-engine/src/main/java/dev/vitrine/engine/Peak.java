package dev.vitrine.engine;

import dev.vitrine.engine.gen.Level;
import dev.vitrine.engine.gen.Width;
import dev.vitrine.engine.generated.GeneratedKernels;
import dev.vitrine.engine.generated.PeakKernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The most that a number of threads can do of multiply-adds, as far as short trials have shown. */
final class Peak implements AutoCloseable {
  private static final int TILES_PER_THREAD = 16;

  private final Arena memory = Arena.ofShared();
  private final Scratch scratch = new Scratch();
  private final PeakKernel kernel;
  private final Workers workers;
  private double best;

  /**
   * @param width of vectors, which the machine must have
   */
  Peak(Width width, int threads) {
    kernel =
        new PeakKernel(new GeneratedKernels(Level.of(width), memory), threads * TILES_PER_THREAD);
    kernel.reserve(scratch);
    workers = new Workers(threads, kernel::reserve);
  }

  /** Tries for a few milliseconds at most. */
  void measure() {
    boolean helped = workers.acquire();
    long start = System.nanoTime();
    if (helped) {
      workers.together(kernel, MemorySegment.NULL, scratch);
      workers.release();
    } else {
      Workers.alone(kernel, MemorySegment.NULL, scratch);
    }
    best = Math.max(best, (double) kernel.flops() / (System.nanoTime() - start));
  }

  /** The best rate so far in GFLOP/s. */
  double gflops() {
    return best;
  }

  @Override
  public void close() {
    workers.close();
    memory.close();
  }
}
