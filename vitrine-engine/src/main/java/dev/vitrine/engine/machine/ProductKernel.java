package dev.vitrine.engine.machine;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.Gemm;
import dev.vitrine.engine.gen.Gemm.Arg;
import dev.vitrine.engine.gen.Gemm.Start;
import dev.vitrine.engine.gen.Width;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/** Products by constant matrices, packed once, and by computed ones that need no packing. */
final class ProductKernel implements Kernel {
  private final Gemm gemm;
  private final Routine routine;
  private final Place a;
  private final Place b;
  private final Panels packed;
  private final MemorySegment bias;
  private final Place residual;
  private final Place out;
  private final int axes;
  private final int batches;
  private final int depth;
  private final int last;
  private final Tiling tiling;

  private ProductKernel(Step.Product s, boolean byColumn, MachineKernels kernels, Constants constants) {
    axes = s.out().rank() - 2;
    batches = Math.toIntExact(s.out().count(0, axes));
    depth = Math.toIntExact(s.a().size(-1));
    int columns = Math.toIntExact(s.out().size(-1));
    int rows = Math.toIntExact(s.out().size(-2));
    gemm = gemm(kernels.width(), byColumn, s, columns);
    routine = kernels.routine(gemm);
    int width = gemm.columns();
    a = new Place(s.a(), constants);
    out = new Place(s.out(), constants);
    residual = s.residual() == null ? null : new Place(s.residual(), constants);
    bias = s.bias() == null ? null : Panels.vector(s.bias(), width, constants);
    packed = constants.isConstant(s.b()) ? pack(s.b(), axes, width, constants) : null;
    b = packed == null ? new Place(s.b(), constants) : null;
    int panels = Math.ceilDiv(columns, width);
    last = columns - (panels - 1) * width;
    tiling = Tiling.of(batches, rows, panels, gemm.rows(), 4L * depth, 4L * depth * width);
  }

  /** A kernel for the step, or null where its strides are not for this. */
  static Kernel of(Step.Product s, MachineKernels kernels, Constants constants) {
    Step.Product flat = flatten(s);
    boolean byColumn = !adjacent(flat.a(), -1) && adjacent(flat.a(), -2);
    boolean fits =
        (byColumn || adjacent(flat.a(), -1))
            && adjacent(flat.out(), -1)
            && (flat.residual() == null || adjacent(flat.residual(), -1))
            && (constants.isConstant(flat.b()) || direct(flat.b(), kernels.width()));
    return fits ? new ProductKernel(flat, byColumn, kernels, constants) : null;
  }

  /** All leading axes as rows, where one matrix serves them all and strides allow it. */
  private static Step.Product flatten(Step.Product s) {
    int axes = s.out().rank() - 2;
    boolean shared = s.b().strides().subList(0, axes).stream().allMatch(x -> x == 0);
    View a = s.a().merge(0, axes + 1);
    View out = s.out().merge(0, axes + 1);
    View residual = s.residual() == null ? null : s.residual().merge(0, axes + 1);
    if (axes == 0 || !shared || a == null || out == null || (s.residual() != null && residual == null)) {
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

  private static boolean direct(View b, Width width) {
    return adjacent(b, -1) && b.size(-1) % Gemm.columns(width) == 0;
  }

  private static Gemm gemm(Width width, boolean byColumn, Step.Product s, int columns) {
    Start start = s.bias() == null ? Start.ZERO : Start.BIAS;
    Gemm whole = Gemm.of(width, byColumn, start, s.activation(), s.residual() != null, false);
    return columns % whole.columns() == 0
        ? whole
        : Gemm.of(width, byColumn, start, s.activation(), s.residual() != null, true);
  }

  private static Panels pack(View b, int axes, int width, Constants constants) {
    boolean shared = b.strides().subList(0, axes).stream().allMatch(x -> x == 0);
    int matrices = shared ? 1 : Math.toIntExact(b.count(0, axes));
    return Panels.pack(
        constants.tensor(b),
        matrices,
        Math.toIntExact(b.size(-2)),
        Math.toIntExact(b.size(-1)),
        width,
        (m, k, n) -> offset(b, m, axes) + k * b.stride(-2) + n * b.stride(-1),
        constants);
  }

  private static long offset(View b, int matrix, int axes) {
    long at = b.offset();
    long rest = matrix;
    for (int i = axes - 1; i >= 0; i--) {
      at += rest % b.size(i) * b.stride(i);
      rest /= b.size(i);
    }
    return at;
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
    Block.of(scratch);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int part = tile % tiling.count();
    int batch = tile / tiling.count();
    int row = tiling.firstRow(part);
    int panel = tiling.firstPanel(part);
    int panels = tiling.panels(part);
    long column = (long) panel * gemm.columns() * Float.BYTES;
    Block block =
        Block.of(scratch)
            .set(Arg.A, a.at(arena, batch, axes) + row * a.stride(-2))
            .set(Arg.A_STRIDE, a.stride(gemm.byColumn() ? -1 : -2))
            .set(Arg.C, out.at(arena, batch, axes) + row * out.stride(-2) + column)
            .set(Arg.C_STRIDE, out.stride(-2))
            .set(Arg.M, tiling.rows(part))
            .set(Arg.K, depth)
            .set(Arg.PANELS, panels)
            .set(Arg.LAST, panel + panels == tiling.panels() ? last : gemm.columns());
    if (packed != null) {
      block
          .set(Arg.B, packed.address(packed.matrices() == 1 ? 0 : batch, panel))
          .set(Arg.B_STRIDE, packed.stride())
          .set(Arg.B_PANEL, packed.panelBytes());
    } else {
      block
          .set(Arg.B, b.at(arena, batch, axes) + column)
          .set(Arg.B_STRIDE, b.stride(-2))
          .set(Arg.B_PANEL, (long) gemm.columns() * Float.BYTES);
    }
    if (bias != null) {
      block.set(Arg.COLUMN, bias.address() + column);
    }
    if (residual != null) {
      block
          .set(Arg.RESIDUAL, residual.at(arena, batch, axes) + row * residual.stride(-2) + column)
          .set(Arg.RESIDUAL_STRIDE, residual.stride(-2));
    }
    block.call(routine);
  }
}
