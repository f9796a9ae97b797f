package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.Transpose;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import dev.vitrine.graph.DType;
import java.lang.foreign.MemorySegment;

/**
 * Copies floats whose neighbours lie along one axis in the source and along another in the result:
 * a matrix transposed for every index of the other axes. A tile is some columns of a result.
 */
final class TransposeKernel implements Kernel {
  private static final int WORK = 16 * 1024;

  private final String name;
  private final Routine routine;
  private final MemorySegment one;
  // [other axes…, columns of a result, rows of a result]
  private final Place from;
  private final Place to;
  private final int axes;
  private final int rows;
  private final int columns;
  private final int block;
  private final int blocks;

  private TransposeKernel(View from, View to, GeneratedKernels kernels, Constants constants) {
    name = "copy_transposed_" + kernels.width().text();
    routine = kernels.routine(new Transpose(kernels.width()));
    one = Panels.number(1, constants);
    this.from = new Place(from, constants);
    this.to = new Place(to, constants);
    axes = to.rank() - 2;
    columns = Math.toIntExact(to.size(-2));
    rows = Math.toIntExact(to.size(-1));
    int lanes = kernels.width().lanes();
    block = Math.clamp(WORK / rows / lanes * lanes, lanes, Math.max(lanes, columns));
    blocks = Math.ceilDiv(columns, block);
  }

  /** A kernel for the step, or null where its elements or strides are not for this. */
  static Kernel of(Step.Copy s, GeneratedKernels kernels, Constants constants) {
    int in = neighbours(s.from());
    int out = neighbours(s.to());
    if (s.to().dtype() != DType.F32 || s.to().count() == 0 || in < 0 || out < 0 || in == out) {
      return null;
    }
    return new TransposeKernel(last(s.from(), out, in), last(s.to(), out, in), kernels, constants);
  }

  /** The axis along which elements are adjacent; −1 when there is none. */
  private static int neighbours(View v) {
    for (int i = v.rank() - 1; i >= 0; i--) {
      if (v.stride(i) == 1 && v.size(i) > 1) {
        return i;
      }
    }
    return -1;
  }

  private static View last(View v, int a, int b) {
    View moved = v.move(a, v.rank() - 1);
    return moved.move(b < a ? b : b - 1, v.rank() - 1);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int tiles() {
    return Math.toIntExact(Math.multiplyExact(to.view().count(0, axes), (long) blocks));
  }

  @Override
  public void reserve(Scratch scratch) {
    Block.of(scratch);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int matrix = tile / blocks;
    int first = tile % blocks * block;
    Block.of(scratch)
        .set(Transpose.Arg.IN, from.at(arena, matrix, axes) + first * from.stride(-2))
        .set(Transpose.Arg.IN_STRIDE, from.stride(-2))
        .set(Transpose.Arg.ROWS, Math.min(block, columns - first))
        .set(Transpose.Arg.COLUMNS, rows)
        .set(Transpose.Arg.OUT, to.at(arena, matrix, axes) + first * to.stride(-2))
        .set(Transpose.Arg.OUT_STRIDE, to.stride(-1))
        .set(Transpose.Arg.FACTOR, one.address())
        .set(Transpose.Arg.FACTOR_STEP, 0)
        .call(routine);
  }
}
