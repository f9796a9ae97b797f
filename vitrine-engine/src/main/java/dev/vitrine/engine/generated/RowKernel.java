package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.Rows;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.Generator;
import dev.vitrine.engine.gen.LayerNormRows;
import dev.vitrine.engine.gen.RowArg;
import dev.vitrine.engine.gen.SoftmaxRows;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/** Layer normalisation and softmax over rows of adjacent elements. */
final class RowKernel implements Kernel {
  private static final int WORK = 8 * 1024;

  private final String name;
  private final Routine routine;
  private final Place x;
  private final RowsOut out;
  private final MemorySegment index;
  private final MemorySegment scale;
  private final MemorySegment bias;
  private final float epsilon;
  private final int columns;
  private final int rows;
  private final int block;

  private RowKernel(
      Generator generator,
      View x,
      View out,
      Quantizer made,
      Rows picked,
      View scale,
      View bias,
      float epsilon,
      GeneratedKernels kernels,
      Constants constants) {
    routine = kernels.routine(generator);
    this.x = new Place(x, constants);
    this.out = RowsOut.of(out, made, constants);
    name = generator.name() + this.out.suffix();
    index = picked == null ? null : RowIndex.of(picked, this.x.stride(0), constants);
    this.scale = scale == null ? MemorySegment.NULL : Panels.vector(scale, 1, constants);
    this.bias = bias == null ? MemorySegment.NULL : Panels.vector(bias, 1, constants);
    this.epsilon = epsilon;
    columns = Math.toIntExact(x.size(1));
    rows = Math.toIntExact(out.size(0));
    block = Math.clamp(WORK / Math.max(1, columns), 1, Math.max(1, rows));
  }

  /**
   * A kernel for the step, or null where its strides are not for this.
   *
   * @param made what its rows become, or null
   */
  static Kernel of(
      Step.LayerNorm s, Quantizer made, GeneratedKernels kernels, Constants constants) {
    View x = matrix(s.x());
    View out = matrix(s.out());
    var generator =
        new LayerNormRows(kernels.width(), s.rows() != null, s.scale() != null, s.bias() != null);
    return x == null || out == null
        ? null
        : new RowKernel(
            generator,
            x,
            out,
            made,
            s.rows(),
            s.scale(),
            s.bias(),
            s.epsilon(),
            kernels,
            constants);
  }

  /** A kernel for the step, or null where its strides are not for this. */
  static Kernel of(Step.Softmax s, GeneratedKernels kernels, Constants constants) {
    View x = matrix(s.x());
    View out = matrix(s.out());
    return x == null || out == null
        ? null
        : new RowKernel(
            new SoftmaxRows(kernels.width()),
            x,
            out,
            null,
            null,
            null,
            null,
            0,
            kernels,
            constants);
  }

  /**
   * The leading axes as rows; null where they don't step as one or elements of a row aren't
   * adjacent.
   */
  private static View matrix(View v) {
    View rows = v.rank() == 0 ? null : v.merge(0, v.rank() - 1);
    return rows == null || rows.size(1) == 0 || (rows.stride(1) != 1 && rows.size(1) != 1)
        ? null
        : rows;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int tiles() {
    return Math.ceilDiv(rows, block);
  }

  @Override
  public void reserve(Scratch scratch) {
    out.reserve(Block.of(scratch), block);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int first = tile * block;
    Block b = Block.of(scratch);
    if (index == null) {
      b.set(RowArg.IN, x.at(arena, first, 1)).set(RowArg.IN_STRIDE, x.stride(0));
    } else {
      b.set(RowArg.IN, x.at(arena, 0, 1)).set(RowArg.INDEX, RowIndex.address(index, first));
    }
    int count = Math.min(block, rows - first);
    b.set(RowArg.OUT, out.at(arena, b, first))
        .set(RowArg.OUT_STRIDE, out.stride())
        .set(RowArg.ROWS, count)
        .set(RowArg.COLUMNS, columns)
        .set(RowArg.SCALE, scale.address())
        .set(RowArg.BIAS, bias.address())
        .set(RowArg.EPSILON, Float.floatToRawIntBits(epsilon))
        .set(RowArg.COUNT, Float.floatToRawIntBits(columns))
        .call(routine);
    out.finish(arena, b, first, count);
  }
}
