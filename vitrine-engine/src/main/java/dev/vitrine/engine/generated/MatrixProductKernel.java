package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/** Products with a constant matrix by matrix registers. */
final class MatrixProductKernel implements Kernel {
  private final MatrixProduct product;
  private final Place a;
  private final Place residual;
  private final Place out;
  private final int axes;
  private final int batches;
  private final Tiling tiling;

  private MatrixProductKernel(
      Step.Product s, View b, GeneratedKernels kernels, Constants constants) {
    axes = s.out().rank() - 2;
    batches = Math.toIntExact(s.out().count(0, axes));
    product =
        new MatrixProduct(b, s.bias(), s.activation(), s.residual() != null, kernels, constants);
    a = new Place(s.a(), constants);
    out = new Place(s.out(), constants);
    residual = s.residual() == null ? null : new Place(s.residual(), constants);
    tiling = product.tiling(Math.toIntExact(s.out().size(-2)), false);
  }

  /**
   * A kernel for the step, or null where another is better or this doesn't do.
   *
   * @param s with adjacent elements in the rows of its sides
   */
  static Kernel of(Step.Product s, GeneratedKernels kernels, Constants constants) {
    View b = s.b();
    boolean shared = b.strides().subList(0, b.rank() - 2).stream().allMatch(x -> x == 0);
    boolean fits =
        constants.isConstant(b)
            && shared
            && s.rows() == null
            && MatrixProduct.fits(b.size(-2), b.size(-1), kernels);
    while (fits && b.rank() > 2) {
      b = b.select(0, 0);
    }
    return fits ? new MatrixProductKernel(s, b, kernels, constants) : null;
  }

  @Override
  public String name() {
    return product.name();
  }

  @Override
  public int tiles() {
    return Math.multiplyExact(batches, tiling.count());
  }

  @Override
  public void reserve(Scratch scratch) {
    product.reserve(Block.of(scratch), tiling.rowBlock());
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int part = tile % tiling.count();
    int batch = tile / tiling.count();
    int row = tiling.firstRow(part);
    int rows = tiling.rows(part);
    int panel = tiling.firstPanel(part);
    int panels = tiling.panels(part);
    long column = (long) panel * MatrixProduct.COLUMNS * Float.BYTES;
    Block block = Block.of(scratch);
    MatrixProduct.Sides at = product.sides(scratch);
    at.left = a.at(arena, batch, axes) + row * a.stride(-2);
    at.leftStride = a.stride(-2);
    at.out = out.at(arena, batch, axes) + row * out.stride(-2) + column;
    at.outStride = out.stride(-2);
    if (residual != null) {
      at.residual = residual.at(arena, batch, axes) + row * residual.stride(-2) + column;
      at.residualStride = residual.stride(-2);
    }
    int next = tiling.firstPanel((part + 1) % tiling.count());
    product.run(block, at, rows, panel, panels, next, scratch.has(batch, row));
  }
}
