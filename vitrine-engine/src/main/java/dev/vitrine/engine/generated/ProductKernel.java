package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.Gemm;
import dev.vitrine.engine.gen.Gemm.Arg;
import dev.vitrine.engine.gen.Gemm.Start;
import dev.vitrine.engine.gen.Tile;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/** Products: the right side in panels, packed once if it is constant and for each tile if not. */
final class ProductKernel implements Kernel {
  private final Gemm gemm;
  private final Routine routine;
  private final Place a;
  private final RightSide right;
  private final MemorySegment bias;
  private final Place residual;
  private final Place out;
  // Where rows of out and of the residual are; null when they are a stride apart.
  private final MemorySegment outRows;
  private final MemorySegment residualRows;
  private final int axes;
  private final int batches;
  private final int depth;
  private final int last;
  private final Tiling tiling;

  private ProductKernel(
      Step.Product s, boolean byColumn, GeneratedKernels kernels, Constants constants) {
    axes = s.out().rank() - 2;
    batches = Math.toIntExact(s.out().count(0, axes));
    depth = Math.toIntExact(s.a().size(-1));
    int columns = Math.toIntExact(s.out().size(-1));
    int rows = Math.toIntExact(s.out().size(-2));
    Tile shape = Tile.choose(kernels.width(), columns);
    Start start = s.bias() == null ? Start.ZERO : Start.BIAS;
    boolean partial = columns % shape.columns() != 0;
    gemm =
        new Gemm(
            shape,
            byColumn,
            start,
            s.activation(),
            s.residual() != null,
            partial,
            s.rows() != null);
    routine = kernels.routine(gemm);
    a = new Place(s.a(), constants);
    out = new Place(s.out(), constants);
    residual = s.residual() == null ? null : new Place(s.residual(), constants);
    outRows = s.rows() == null ? null : RowIndex.of(s.rows(), out.stride(0), constants);
    residualRows =
        s.rows() == null || residual == null
            ? null
            : RowIndex.of(s.rows(), residual.stride(0), constants);
    bias = s.bias() == null ? null : Panels.vector(s.bias(), gemm.tile().columns(), constants);
    right =
        constants.isConstant(s.b())
            ? RightSide.constant(s.b(), shape, constants)
            : RightSide.computed(s.b(), shape, kernels, constants);
    int panels = Math.ceilDiv(columns, gemm.tile().columns());
    last = columns - (panels - 1) * gemm.tile().columns();
    tiling =
        Tiling.of(
            batches,
            rows,
            panels,
            gemm.tile().rows(),
            4L * depth,
            4L * depth * gemm.tile().columns());
  }

  /** A kernel for the step, or null where its strides are not for this. */
  static Kernel of(Step.Product s, GeneratedKernels kernels, Constants constants) {
    Step.Product flat = flatten(s);
    boolean byColumn = !adjacent(flat.a(), -1) && adjacent(flat.a(), -2);
    boolean fits =
        (byColumn || adjacent(flat.a(), -1))
            && adjacent(flat.out(), -1)
            && (flat.residual() == null || adjacent(flat.residual(), -1))
            && (constants.isConstant(flat.b()) || adjacent(flat.b(), -1) || adjacent(flat.b(), -2));
    if (!fits) {
      return null;
    }
    Kernel matrices = byColumn ? null : MatrixProductKernel.of(flat, kernels, constants);
    return matrices != null ? matrices : new ProductKernel(flat, byColumn, kernels, constants);
  }

  /** All leading axes as rows, where one matrix serves them all and strides allow it. */
  private static Step.Product flatten(Step.Product s) {
    int axes = s.out().rank() - 2;
    boolean shared = s.b().strides().subList(0, axes).stream().allMatch(x -> x == 0);
    View a = s.a().merge(0, axes + 1);
    View out = s.out().merge(0, axes + 1);
    View residual = s.residual() == null ? null : s.residual().merge(0, axes + 1);
    if (axes == 0
        || !shared
        || a == null
        || out == null
        || (s.residual() != null && residual == null)) {
      return s;
    }
    View b = s.b();
    for (int i = 0; i < axes; i++) {
      b = b.select(0, 0);
    }
    return new Step.Product(a, b, s.bias(), s.activation(), residual, out);
  }

  private static boolean adjacent(View v, int axis) {
    return v.stride(axis) == 1 || v.size(axis) == 1;
  }

  @Override
  public String name() {
    return gemm.name();
  }

  @Override
  public int tiles() {
    return Math.multiplyExact(batches, tiling.count());
  }

  @Override
  public void reserve(Scratch scratch) {
    right.reserve(Block.of(scratch), tiling.panelBlock());
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int part = tile % tiling.count();
    int batch = tile / tiling.count();
    int row = tiling.firstRow(part);
    int panel = tiling.firstPanel(part);
    int panels = tiling.panels(part);
    long column = (long) panel * gemm.tile().columns() * Float.BYTES;
    Block block = Block.of(scratch);
    long b = right.address(arena, block, batch, panel, panels);
    fetch(tile + 1, arena, block, part, b);
    block
        .set(Arg.A, a.at(arena, batch, axes) + row * a.stride(-2))
        .set(Arg.A_STRIDE, a.stride(gemm.byColumn() ? -1 : -2))
        .set(Arg.B, b)
        .set(Arg.B_PANEL, right.panelBytes())
        .set(Arg.M, tiling.rows(part))
        .set(Arg.K, depth)
        .set(Arg.PANELS, panels)
        .set(Arg.LAST, panel + panels == tiling.panels() ? last : gemm.tile().columns());
    if (bias != null) {
      block.set(Arg.COLUMN, bias.address() + column);
    }
    set(block, Arg.C, Arg.C_STRIDE, out.at(arena, batch, axes) + column, out, outRows, row);
    if (residual != null) {
      long first = residual.at(arena, batch, axes) + column;
      set(block, Arg.RESIDUAL, Arg.RESIDUAL_STRIDE, first, residual, residualRows, row);
    }
    block.call(routine);
  }

  private static void set(
      Block block, Arg at, Arg step, long first, Place place, MemorySegment rows, int row) {
    if (rows == null) {
      block.set(at, first + row * place.stride(-2)).set(step, place.stride(-2));
    } else {
      block.set(at, first).set(step, RowIndex.address(rows, row));
    }
  }

  /**
   * Has what the next tile needs fetched during this one, so far as it is another part of memory.
   */
  private void fetch(int next, MemorySegment arena, Block block, int now, long b) {
    long from = b;
    long bytes = 0;
    if (next < tiles()) {
      int part = next % tiling.count();
      int batch = next / tiling.count();
      int panel = tiling.firstPanel(part);
      int row = tiling.firstRow(part);
      if (right.isPacked() && panel != tiling.firstPanel(now)) {
        from = right.address(arena, block, batch, panel, tiling.panels(part));
        bytes = tiling.panels(part) * right.panelBytes();
      } else if (!gemm.byColumn() && row != tiling.firstRow(now)) {
        from = a.at(arena, batch, axes) + row * a.stride(-2);
        bytes = tiling.rows(part) * a.stride(-2);
      }
    }
    int tilesOfRows = Math.ceilDiv(tiling.rows(now), gemm.tile().rows());
    long stretches = (long) tilesOfRows * tiling.panels(now) * Math.ceilDiv(depth, Gemm.STRETCH);
    block
        .set(Arg.AHEAD, from)
        .set(Arg.AHEAD_STEP, Math.min(Gemm.BYTES_AHEAD, bytes / Math.max(1, stretches)));
  }
}
