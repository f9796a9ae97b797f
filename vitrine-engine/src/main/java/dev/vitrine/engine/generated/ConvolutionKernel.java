package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.compiler.plan.Window;
import dev.vitrine.engine.gen.Gemm;
import dev.vitrine.engine.gen.Gemm.Arg;
import dev.vitrine.engine.gen.Gemm.Start;
import dev.vitrine.engine.gen.Tile;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Convolutions as products: a tile gathers the pixels under the window for a block of output pixels
 * and multiplies them by all of a group's weights.
 */
final class ConvolutionKernel implements Kernel {
  private static final int AREA = 1;
  private static final long GATHERED_BYTES = 192 << 10;
  private static final int ENOUGH = 16;

  private final Gemm gemm;
  private final Routine routine;
  private final Pixels pixels;
  private final Panels weights;
  private final MemorySegment bias;
  private final Place residual;
  private final Place out;
  private final int groups;
  private final int depth;
  private final int columns;
  private final int panels;
  private final int rows;
  private final int block;

  private ConvolutionKernel(
      Step.Convolution s, View out, View residual, GeneratedKernels kernels, Constants constants) {
    groups = s.group();
    columns = Math.toIntExact(s.out().size(3) / groups);
    rows = Math.toIntExact(out.size(0));
    Tile shape = Tile.choose(kernels.width(), columns);
    Start start = s.bias() == null ? Start.ZERO : Start.BIAS;
    boolean partial = columns % shape.columns() != 0;
    gemm = new Gemm(shape, false, start, s.activation(), residual != null, partial);
    routine = kernels.routine(gemm);
    panels = Math.ceilDiv(columns, gemm.tile().columns());
    pixels = Pixels.of(s, kernels, constants);
    depth = pixels.depth();
    this.out = new Place(out, constants);
    this.residual = residual == null ? null : new Place(residual, constants);
    bias = s.bias() == null ? null : bias(s.bias(), constants);
    View byGroup = s.weight().split(0, groups, columns).move(1, 4);
    weights = Panels.of(pixels.weights(byGroup), 1, gemm.tile().columns(), constants);
    int unit = gemm.tile().rows();
    int most =
        Math.clamp(
            GATHERED_BYTES / Math.max(1, 4L * depth * unit),
            1,
            Math.max(1, Math.ceilDiv(rows, unit)));
    block = unit * Math.clamp(Math.ceilDiv(rows, unit * ENOUGH), 1, most);
  }

  /** Each group's part filled up to whole panels. */
  private MemorySegment bias(View v, Constants constants) {
    long group = (long) panels * gemm.tile().columns() * Float.BYTES;
    MemorySegment all = constants.allocate(groups * group);
    for (int g = 0; g < groups; g++) {
      View part = v.slice(0, (long) g * columns, 1, columns);
      MemorySegment filled = Panels.vector(part, gemm.tile().columns(), constants);
      MemorySegment.copy(filled, 0, all, g * group, filled.byteSize());
    }
    return all;
  }

  /** A kernel for the step, or null where its strides are not for this. */
  static Kernel of(Step.Convolution s, GeneratedKernels kernels, Constants constants) {
    View out = matrix(s.out());
    View residual = s.residual() == null ? null : matrix(s.residual());
    if (out == null
        || (s.residual() != null && residual == null)
        || constants.isConstant(s.x())
        || !Pixels.fits(s.x(), s.window())) {
      return null;
    }
    Kernel product = isPointwise(s) ? product(s, out, residual, kernels, constants) : null;
    if (product == null) {
      product = MatrixConvolutionKernel.of(s, out, residual, kernels, constants);
    }
    return product != null ? product : new ConvolutionKernel(s, out, residual, kernels, constants);
  }

  private static View matrix(View v) {
    View rows = v.merge(0, 3);
    return rows == null || (rows.stride(1) != 1 && rows.size(1) != 1) ? null : rows;
  }

  private static boolean isPointwise(Step.Convolution s) {
    return s.group() == 1
        && s.table() == null
        && s.window()
            .equals(new Window(1, 1, 1, 1, 0, 0, s.window().dilationH(), s.window().dilationW()));
  }

  private static Kernel product(
      Step.Convolution s, View out, View residual, GeneratedKernels kernels, Constants constants) {
    View x = s.x().merge(0, 3);
    View weight = s.weight().select(3, 0).select(2, 0).transpose(List.of(1, 0));
    return x == null
        ? null
        : ProductKernel.of(
            new Step.Product(x, weight, s.bias(), s.activation(), residual, out),
            kernels,
            constants);
  }

  @Override
  public String name() {
    return gemm.name().replace("gemm", "convolution");
  }

  @Override
  public int tiles() {
    return Math.multiplyExact(groups, Math.ceilDiv(rows, block));
  }

  @Override
  public void reserve(Scratch scratch) {
    Block.of(scratch).reserve(AREA, Math.max(4, (long) block * depth * Float.BYTES));
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int group = tile % groups;
    int first = tile / groups * block;
    int count = Math.min(block, rows - first);
    Block b = Block.of(scratch);
    MemorySegment gathered = b.area(AREA);
    pixels.copyRows(arena, b, group, first, count, gathered);
    long column = (long) group * columns * Float.BYTES;
    b.set(Arg.A, gathered.address())
        .set(Arg.A_STRIDE, (long) depth * Float.BYTES)
        .set(Arg.B, weights.address(group, 0))
        .set(Arg.B_PANEL, (long) depth * gemm.tile().columns() * Float.BYTES)
        .set(Arg.C, out.at(arena, first, 1) + column)
        .set(Arg.C_STRIDE, out.stride(0))
        .set(Arg.M, count)
        .set(Arg.K, depth)
        .set(Arg.AHEAD, gathered.address())
        .set(Arg.AHEAD_STEP, 0)
        .set(Arg.PANELS, panels)
        .set(Arg.LAST, columns - (panels - 1) * gemm.tile().columns());
    if (bias != null) {
      b.set(
          Arg.COLUMN, bias.address() + (long) group * panels * gemm.tile().columns() * Float.BYTES);
    }
    if (residual != null) {
      b.set(Arg.RESIDUAL, residual.at(arena, first, 1) + column)
          .set(Arg.RESIDUAL_STRIDE, residual.stride(0));
    }
    b.call(routine);
  }
}
