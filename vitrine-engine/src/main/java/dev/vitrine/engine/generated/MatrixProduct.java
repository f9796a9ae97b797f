package dev.vitrine.engine.generated;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.MatrixGemm;
import dev.vitrine.engine.gen.MatrixGemm.Arg;
import dev.vitrine.engine.gen.Parts;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Packing;
import java.lang.foreign.MemorySegment;

/**
 * A product of floats by a constant matrix in matrix registers, as a thread does it: rows are made
 * {@link Parts} in the thread's memory, then multiplied by some panels.
 */
final class MatrixProduct {
  private static final int PARTS = 3;
  private static final int SUMS = 4;

  /** Where fewer are left a vector does as well. */
  private static final int LEAST_ROWS = 16;

  private static final int LEAST_DEPTH = 64;

  private final MatrixGemm gemm;
  private final Routine routine;
  private final Routine parts;
  private final MemorySegment weights;
  private final MemorySegment bias;
  private final int depth;
  private final int columns;

  /**
   * @param matrix with its columns last
   * @param bias or null
   */
  MatrixProduct(
      View matrix,
      View bias,
      Activation activation,
      boolean residual,
      GeneratedKernels kernels,
      Constants constants) {
    depth = Math.toIntExact(matrix.count(0, matrix.rank() - 1));
    columns = Math.toIntExact(matrix.size(-1));
    boolean partial = columns % MatrixGemm.COLUMNS != 0;
    gemm = new MatrixGemm(bias != null, activation, residual, partial);
    routine = kernels.routine(gemm);
    parts = kernels.routine(new Parts());
    weights = constants.packed(new Packing.PartPanels(matrix));
    this.bias = bias == null ? null : Panels.vector(bias, MatrixGemm.COLUMNS, constants);
  }

  /** Whether this is the best way for that many rows and a matrix of that size. */
  static boolean fits(long rows, long depth, long columns, GeneratedKernels kernels) {
    return kernels.level().amx()
        && rows >= LEAST_ROWS
        && depth >= LEAST_DEPTH
        && 2 * columns > Math.ceilDiv(columns, MatrixGemm.COLUMNS) * MatrixGemm.COLUMNS;
  }

  String name() {
    return gemm.name();
  }

  int panels() {
    return Math.ceilDiv(columns, MatrixGemm.COLUMNS);
  }

  /** How the product is cut into tiles. */
  Tiling tiling(int rows) {
    return Tiling.ofMatrices(rows, panels(), MatrixGemm.ROWS, Parts.groupBytes(depth) / Parts.ROWS);
  }

  /** For at most that many rows. */
  void reserve(Block block, int rows) {
    block.reserve(PARTS, Math.ceilDiv(rows, Parts.ROWS) * Parts.groupBytes(depth));
    block.reserve(SUMS, MatrixGemm.SUMS_BYTES);
  }

  /** Makes parts of rows of the left side, which {@link #multiply} takes. */
  void split(Block block, long first, long stride, int rows) {
    block
        .set(Parts.Arg.IN, first)
        .set(Parts.Arg.IN_STRIDE, stride)
        .set(Parts.Arg.ROWS, rows)
        .set(Parts.Arg.COLUMNS, depth)
        .set(Parts.Arg.OUT, block.area(PARTS).address())
        .set(Parts.Arg.GROUP, Parts.groupBytes(depth))
        .call(parts);
  }

  /**
   * Multiplies the rows by some panels. The block has {@link Arg#C} and {@link Arg#RESIDUAL}, at
   * the first of the panels' columns, and their strides.
   *
   * @param next the panel that will be the thread's next one
   */
  void multiply(Block block, int rows, int panel, int panels, int next) {
    long panelBytes = MatrixGemm.panelBytes(depth);
    long steps = panelBytes / MatrixGemm.STEP_BYTES;
    long turns = steps * Math.ceilDiv(rows, MatrixGemm.ROWS) * panels;
    block
        .set(Arg.A, block.area(PARTS).address())
        .set(Arg.A_GROUP, Parts.groupBytes(depth))
        .set(Arg.B, weights.address() + panel * panelBytes)
        .set(Arg.B_PANEL, panelBytes)
        .set(Arg.M, rows)
        .set(Arg.K, steps)
        .set(Arg.PANELS, panels)
        .set(
            Arg.LAST,
            panel + panels == panels()
                ? columns - (panels() - 1) * MatrixGemm.COLUMNS
                : MatrixGemm.COLUMNS)
        .set(Arg.SUMS, block.area(SUMS).address())
        .set(Arg.AHEAD, weights.address() + next * panelBytes)
        .set(Arg.AHEAD_STEP, Math.min(MatrixGemm.BYTES_AHEAD, panels * panelBytes / turns));
    if (bias != null) {
      block.set(Arg.COLUMN, bias.address() + (long) panel * MatrixGemm.COLUMNS * Float.BYTES);
    }
    block.call(routine);
  }
}
