package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.Codes;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.engine.gen.QuantizedRows;
import dev.vitrine.engine.gen.RowArg;
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
    quantizer = new Quantizer(s.out(), kernels, constants);
    rows = Math.toIntExact(s.x().size(0));
    block = Math.clamp(WORK / s.x().size(1), 1, Math.max(1, rows));
  }

  /** A kernel for the step, or null where its rows are not for this. */
  static Kernel of(Step.QuantizeRows s, GeneratedKernels kernels, Constants constants) {
    return Quantizer.fits(s.out(), kernels) && s.x().stride(1) == 1
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

  /** Makes codes of rows, wherever those are. */
  static final class Quantizer {
    private final QuantizedRows generator;
    private final Routine routine;
    private final Place codes;
    private final Place scale;
    private final Place zero;

    Quantizer(Codes out, GeneratedKernels kernels, Constants constants) {
      generator = new QuantizedRows(kernels.width(), out.grade());
      routine = kernels.routine(generator);
      codes = new Place(out.codes(), constants);
      scale = new Place(out.scale(), constants);
      zero = new Place(out.zero(), constants);
    }

    /** Whether there is a kernel for rows of that length and for where they go. */
    static boolean fits(Codes out, GeneratedKernels kernels) {
      return out.codes().size(1) >= kernels.width().lanes()
          && out.codes().stride(1) == 1
          && out.scale().stride(0) == 1
          && out.zero().stride(0) == 1;
    }

    String name() {
      return generator.name();
    }

    /**
     * @param from the address of the first of the rows
     * @param first its number
     */
    void run(MemorySegment arena, Block block, long from, long stride, int first, int count) {
      block
          .set(RowArg.IN, from)
          .set(RowArg.IN_STRIDE, stride)
          .set(RowArg.OUT, codes.at(arena, first, 1))
          .set(RowArg.OUT_STRIDE, codes.stride(0))
          .set(RowArg.ROWS, count)
          .set(RowArg.COLUMNS, codes.size(1))
          .set(RowArg.SCALE, scale.at(arena, first, 1))
          .set(RowArg.ZERO, zero.at(arena, first, 1))
          .call(routine);
    }
  }
}
