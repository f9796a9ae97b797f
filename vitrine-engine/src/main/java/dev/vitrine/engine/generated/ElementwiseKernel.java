package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.Scalar;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.Elementwise;
import dev.vitrine.engine.gen.RowArg;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Nest;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A function at every place, in one loop generated for it. Rows are along the innermost axis that
 * all views allow; a tile is a stretch of one long row, or several short ones.
 */
final class ElementwiseKernel implements Kernel {
  private static final int WORK = 16 * 1024;

  private final String name;
  private final Routine routine;
  private final List<Place> places = new ArrayList<>();
  private final Nest nest;
  private final long stretch;
  private final long stretches;
  private final long rowBlock;
  private final long rowBlocks;

  private ElementwiseKernel(
      String name,
      Elementwise generator,
      List<View> views,
      Nest nest,
      GeneratedKernels kernels,
      Constants constants) {
    this.name = name;
    routine = kernels.routine(generator);
    views.forEach(v -> places.add(new Place(v, constants)));
    this.nest = nest;
    stretch = Math.clamp(nest.inner(), 1, WORK);
    stretches = Math.ceilDiv(nest.inner(), stretch);
    rowBlock = Math.clamp(WORK / stretch, 1, Math.max(1, nest.rows()));
    rowBlocks = Math.ceilDiv(nest.rows(), rowBlock);
  }

  /** A kernel for the step, or null where its strides or its function are not for this. */
  static Kernel of(Step.Elementwise s, GeneratedKernels kernels, Constants constants) {
    return of("elementwise_", s, kernels, constants);
  }

  /** Copying is the function that gives what it is given; null where strides are not for this. */
  static Kernel of(Step.Copy s, GeneratedKernels kernels, Constants constants) {
    View from = Words.of(s.from());
    return from == null
        ? null
        : of(
            "copy_",
            new Step.Elementwise(new Scalar.Input(0), List.of(from), Words.of(s.to())),
            kernels,
            constants);
  }

  private static Kernel of(
      String kind, Step.Elementwise s, GeneratedKernels kernels, Constants constants) {
    List<View> views = new ArrayList<>(s.inputs());
    views.add(s.out());
    Nest nest = new Nest(views);
    List<Boolean> repeats = new ArrayList<>();
    for (int i = 0; i < views.size(); i++) {
      boolean repeated = nest.step(i) == 0 || nest.inner() == 1;
      if (!repeated && nest.step(i) != 1) {
        return null;
      }
      repeats.add(repeated);
    }
    if (nest.step(views.size() - 1) != 1) {
      return null;
    }
    repeats.removeLast();
    Elementwise generator = new Elementwise(kernels.width(), s.function(), repeats);
    return generator.isPossible()
        ? new ElementwiseKernel(
            kind + kernels.width().text(), generator, views, nest, kernels, constants)
        : null;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int tiles() {
    return Math.toIntExact(
        Math.multiplyExact(nest.outer() / Math.max(1, nest.rows()), rowBlocks * stretches));
  }

  @Override
  public void reserve(Scratch scratch) {
    Block.of(scratch);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    long start = tile % stretches * stretch;
    long row = tile / stretches % rowBlocks * rowBlock;
    long run = tile / stretches / rowBlocks * nest.rows() + row;
    Block block =
        Block.of(scratch)
            .set(RowArg.ROWS, Math.min(rowBlock, nest.rows() - row))
            .set(RowArg.COLUMNS, Math.min(stretch, nest.inner() - start));
    int out = places.size() - 1;
    for (int i = 0; i <= out; i++) {
      long from =
          places.get(i).at(arena, 0, 0)
              + (nest.offset(i, run) + start * nest.step(i)) * Float.BYTES;
      long step = nest.rowStep(i) * Float.BYTES;
      if (i == out) {
        block.set(RowArg.OUT, from).set(RowArg.OUT_STRIDE, step);
      } else {
        block
            .set(RowArg.INPUTS.ordinal() + 2 * i, from)
            .set(RowArg.INPUTS.ordinal() + 2 * i + 1, step);
      }
    }
    block.call(routine);
  }
}
