package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/** As {@link ConvolutionKernel}, of one group, with the product by matrix registers. */
final class MatrixConvolutionKernel implements Kernel {
  private static final int AREA = 1;

  private final MatrixProduct product;
  private final Pixels pixels;
  private final Place residual;
  private final Place out;
  private final Tiling tiling;

  private MatrixConvolutionKernel(
      Step.Convolution s, View out, View residual, GeneratedKernels kernels, Constants constants) {
    pixels = Pixels.of(s, kernels, constants);
    View weights = pixels.weights(s.weight().split(0, 1, s.out().size(3)).move(1, 4)).select(0, 0);
    product =
        new MatrixProduct(weights, s.bias(), s.activation(), residual != null, kernels, constants);
    this.out = new Place(out, constants);
    this.residual = residual == null ? null : new Place(residual, constants);
    tiling = product.tiling(Math.toIntExact(out.size(0)), true);
  }

  /**
   * A kernel for the step, or null where another is better or this doesn't do.
   *
   * @param out a matrix, a row for each pixel; so the residual, which may be null
   */
  static Kernel of(
      Step.Convolution s, View out, View residual, GeneratedKernels kernels, Constants constants) {
    long depth = s.weight().count(1, 4);
    return s.group() == 1 && MatrixProduct.fits(depth, out.size(1), kernels)
        ? new MatrixConvolutionKernel(s, out, residual, kernels, constants)
        : null;
  }

  @Override
  public String name() {
    return product.name().replace("gemm", "convolution");
  }

  @Override
  public int tiles() {
    return tiling.count();
  }

  @Override
  public void reserve(Scratch scratch) {
    Block block = Block.of(scratch);
    block.reserve(AREA, (long) tiling.rowBlock() * pixels.depth() * Float.BYTES);
    product.reserve(block, tiling.rowBlock());
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int row = tiling.firstRow(tile);
    int rows = tiling.rows(tile);
    int panel = tiling.firstPanel(tile);
    long column = (long) panel * MatrixProduct.COLUMNS * Float.BYTES;
    Block block = Block.of(scratch);
    MemorySegment gathered = block.area(AREA);
    boolean there = scratch.has(0, row);
    if (!there) {
      pixels.copyRows(arena, block, 0, row, rows, gathered);
    }
    MatrixProduct.Sides at = product.sides(scratch);
    at.left = gathered.address();
    at.leftStride = (long) pixels.depth() * Float.BYTES;
    at.out = out.at(arena, row, 1) + column;
    at.outStride = out.stride(0);
    if (residual != null) {
      at.residual = residual.at(arena, row, 1) + column;
      at.residualStride = residual.stride(0);
    }
    int next = tiling.firstPanel((tile + 1) % tiling.count());
    product.run(block, at, rows, panel, tiling.panels(tile), next, there);
  }
}
