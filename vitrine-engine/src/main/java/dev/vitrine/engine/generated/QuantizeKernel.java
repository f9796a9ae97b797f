package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/** Rows of adjacent floats as codes. */
final class QuantizeKernel implements Kernel {
  private static final int WORK = 32 * 1024;

  private final Place x;
  private final Quantizer quantizer;
  private final int rows;
  private final int block;

  private QuantizeKernel(Step.QuantizeRows s, GeneratedKernels kernels, Constants constants) {
    x = new Place(s.x(), constants);
    quantizer = new Quantizer(s.out(), s.given(), kernels, constants);
    rows = Math.toIntExact(s.x().size(0));
    block = Math.clamp(WORK / s.x().size(1), 1, Math.max(1, rows));
  }

  /** A kernel for the step, or null where its rows are not for this. */
  static Kernel of(Step.QuantizeRows s, GeneratedKernels kernels, Constants constants) {
    return Quantizer.fits(s.out(), s.given(), kernels) && s.x().stride(1) == 1
        ? new QuantizeKernel(s, kernels, constants)
        : null;
  }

  @Override
  public String name() {
    return quantizer.name();
  }

  @Override
  public int tiles() {
    return Math.ceilDiv(rows, block);
  }

  @Override
  public void reserve(Scratch scratch) {
    Block.of(scratch);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int first = tile * block;
    quantizer.run(
        arena,
        Block.of(scratch),
        x.at(arena, first, 1),
        x.stride(0),
        first,
        Math.min(block, rows - first));
  }
}
