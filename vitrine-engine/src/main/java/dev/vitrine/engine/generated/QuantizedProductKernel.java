package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.Codes;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.Gemm.Arg;
import dev.vitrine.engine.gen.Tile;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/** Products of codes by constant bytes. */
final class QuantizedProductKernel implements Kernel {
  private static final int SUMS = 0;

  private final ByteProduct product;
  private final Place codes;
  private final Place scale;
  private final Place zero;
  private final BytePanels right;
  private final Place residual;
  private final RowsOut out;
  private final int last;
  private final Tiling tiling;

  private QuantizedProductKernel(
      Step.QuantizedProduct s, Quantizer made, GeneratedKernels kernels, Constants constants) {
    int columns = Math.toIntExact(s.out().size(1));
    int rows = Math.toIntExact(s.out().size(0));
    codes = new Place(s.a().codes(), constants);
    product =
        ByteProduct.of(
            s.a().grade(), s.activation(), s.residual() != null, codes.size(1), columns, kernels);
    Tile tile = product.tile();
    scale = new Place(s.a().scale(), constants);
    zero = new Place(s.a().zero(), constants);
    out = RowsOut.of(s.out(), made, constants);
    residual = s.residual() == null ? null : new Place(s.residual(), constants);
    right = new BytePanels(s, tile.columns(), product.dot(), constants);
    int panels = Math.ceilDiv(columns, tile.columns());
    last = columns - (panels - 1) * tile.columns();
    tiling =
        out.makesCodes()
            ? Tiling.ofRows(rows, panels, product.usesMatrices() ? 64 : 2 * tile.rows())
            : product.usesMatrices()
                ? Tiling.ofPieces(rows, panels)
                : Tiling.of(1, rows, panels, tile.rows(), codes.size(1), right.panelBytes());
  }

  /**
   * A kernel for the step, or null where its strides are not for this.
   *
   * @param made what its rows become, or null
   */
  static Kernel of(
      Step.QuantizedProduct s, Quantizer made, GeneratedKernels kernels, Constants constants) {
    Codes a = s.a();
    // Groups of codes are read whole, for which a buffer in the arena has room behind its end.
    boolean fits =
        adjacent(a.codes())
            && !constants.isConstant(a.codes())
            && adjacent(s.out())
            && (s.residual() == null || adjacent(s.residual()));
    return fits ? new QuantizedProductKernel(s, made, kernels, constants) : null;
  }

  private static boolean adjacent(View v) {
    return v.stride(1) == 1 || v.size(1) == 1;
  }

  @Override
  public String name() {
    return product.name() + out.suffix();
  }

  @Override
  public int tiles() {
    return tiling.count();
  }

  @Override
  public void reserve(Scratch scratch) {
    Block block = Block.of(scratch);
    block.reserve(SUMS, ByteProduct.SUMS_BYTES);
    out.reserve(block, tiling.rowBlock());
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int row = tiling.firstRow(tile);
    int panel = tiling.firstPanel(tile);
    int panels = tiling.panels(tile);
    int width = product.tile().columns();
    long column = (long) panel * width * Float.BYTES;
    Block block = Block.of(scratch);
    block
        .set(Arg.A, codes.at(arena, row, 1))
        .set(Arg.A_STRIDE, codes.stride(0))
        .set(Arg.B, right.weights(panel))
        .set(Arg.B_PANEL, right.panelBytes())
        .set(Arg.C, out.at(arena, block, row) + column)
        .set(Arg.C_STRIDE, out.stride())
        .set(Arg.M, tiling.rows(tile))
        .set(Arg.K, right.groups())
        .set(Arg.PANELS, panels)
        .set(Arg.LAST, panel + panels == tiling.panels() ? last : width)
        .set(Arg.COLUMN, right.columns(panel))
        .set(Arg.AHEAD, right.weights(panel))
        .set(Arg.AHEAD_STEP, 0)
        .set(Arg.ROW_SCALE, scale.at(arena, row, 1))
        .set(Arg.ROW_SCALE_STRIDE, scale.stride(0))
        .set(Arg.ROW_ZERO, zero.at(arena, row, 1))
        .set(Arg.ROW_ZERO_STRIDE, zero.stride(0));
    if (residual != null) {
      block
          .set(Arg.RESIDUAL, residual.at(arena, row, 1) + column)
          .set(Arg.RESIDUAL_STRIDE, residual.stride(0));
    }
    product.call(block, block.area(SUMS).address());
    out.finish(arena, block, row, tiling.rows(tile));
  }
}
