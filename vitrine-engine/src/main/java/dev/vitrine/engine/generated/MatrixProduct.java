package dev.vitrine.engine.generated;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.MatrixGemm;
import dev.vitrine.engine.gen.MatrixGemm.Arg;
import dev.vitrine.engine.gen.MatrixGemm.Start;
import dev.vitrine.engine.gen.Parts;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Packing;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * A product of floats by a constant matrix in matrix registers, as a thread does it: rows are made
 * {@link Parts} in the thread's memory, then multiplied by some panels; where they are long, a
 * block of the depth after another, with sums in the result meanwhile.
 */
final class MatrixProduct {
  /** Columns of a panel. */
  static final int COLUMNS = MatrixGemm.COLUMNS;

  private static final int PARTS = 3;
  private static final int MEMORY = 4;

  /** Where it is less, vectors do as well. */
  private static final int LEAST_DEPTH = 64;

  /** Steps of the depth that are done at once: the rows' parts for them stay in the cache. */
  private static final int STEPS = 12;

  private final MatrixGemm gemm;
  private final Routine first;
  private final Routine middle;
  private final Routine last;
  private final Routine parts;
  private final MemorySegment weights;
  private final MemorySegment bias;
  private final int depth;
  private final int columns;
  private final int blocks;

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
    boolean partial = columns % COLUMNS != 0;
    blocks = partial ? 1 : Math.ceilDiv(steps(), 2 * STEPS) > 1 ? Math.ceilDiv(steps(), STEPS) : 1;
    Start start = bias == null ? Start.ZERO : Start.BIAS;
    gemm = new MatrixGemm(start, activation, residual, partial);
    last =
        kernels.routine(
            blocks == 1 ? gemm : new MatrixGemm(Start.SUMS, activation, residual, false));
    first = blocks == 1 ? last : kernels.routine(sums(start));
    middle = blocks <= 2 ? last : kernels.routine(sums(Start.SUMS));
    parts = kernels.routine(new Parts());
    weights = constants.packed(new Packing.PartPanels(matrix));
    this.bias = bias == null ? null : Panels.vector(bias, COLUMNS, constants);
  }

  private static MatrixGemm sums(Start start) {
    return new MatrixGemm(start, Activation.NONE, false, false);
  }

  /**
   * Whether this is the best way for a matrix of that size. How many rows it meets doesn't count,
   * so that a row's result is the same to the bit whatever else is in the batch.
   */
  static boolean fits(long depth, long columns, GeneratedKernels kernels) {
    return kernels.level().amx()
        && depth >= LEAST_DEPTH
        && 2 * columns > Math.ceilDiv(columns, COLUMNS) * COLUMNS;
  }

  String name() {
    return gemm.name();
  }

  private int steps() {
    return Math.ceilDiv(depth, Parts.DEPTH);
  }

  private int panels() {
    return Math.ceilDiv(columns, COLUMNS);
  }

  /** The first step of a block of the depth; of that behind the last one the end. */
  private int step(int block) {
    return (int) ((long) steps() * block / blocks);
  }

  /** The bytes of 16 rows' parts for the largest block of the depth. */
  private long groupBytes() {
    return (long) Math.ceilDiv(steps(), blocks) * Parts.groupBytes(1);
  }

  /**
   * How the product is cut into tiles.
   *
   * @param whole whether it is dear to make rows ready, so that each should meet all panels at once
   */
  Tiling tiling(int rows, boolean whole) {
    return Tiling.ofMatrices(
        rows, panels(), MatrixGemm.ROWS, groupBytes() / Parts.ROWS, whole || blocks > 1);
  }

  /** For at most that many rows. */
  void reserve(Block block, int rows) {
    block.reserve(PARTS, Math.ceilDiv(rows, Parts.ROWS) * groupBytes());
    block.reserve(MEMORY, MatrixGemm.MEMORY_BYTES);
  }

  /** What a thread's tile multiplies and where to: the first rows' addresses, strides in bytes. */
  static final class Sides {
    long left;
    long leftStride;
    long out;
    long outStride;
    long residual;
    long residualStride;
  }

  Sides sides(Scratch scratch) {
    return scratch.get(Sides.class, Sides::new);
  }

  /**
   * Multiplies rows by some panels.
   *
   * @param at the sides, at the first of the panels' columns
   * @param split whether the rows' parts are there from a call before for the same rows
   * @param next the panel that will be the thread's next one
   */
  void run(Block block, Sides at, int rows, int panel, int panels, int next, boolean split) {
    for (int i = 0; i < blocks; i++) {
      if (blocks > 1 || !split) {
        split(block, at, rows, i);
      }
      multiply(block, at, rows, panel, panels, next, i);
    }
  }

  private void split(Block block, Sides at, int rows, int part) {
    int start = step(part) * Parts.DEPTH;
    int end = Math.min(depth, step(part + 1) * Parts.DEPTH);
    block
        .set(Parts.Arg.IN, at.left + (long) start * Float.BYTES)
        .set(Parts.Arg.IN_STRIDE, at.leftStride)
        .set(Parts.Arg.ROWS, rows)
        .set(Parts.Arg.COLUMNS, end - start)
        .set(Parts.Arg.OUT, block.area(PARTS).address())
        .set(Parts.Arg.GROUP, Parts.groupBytes(end - start))
        .call(parts);
  }

  private void multiply(
      Block block, Sides at, int rows, int panel, int panels, int next, int part) {
    long panelBytes = MatrixGemm.panelBytes(depth);
    long steps = step(part + 1) - step(part);
    long from = weights.address() + (long) step(part) * MatrixGemm.STEP_BYTES;
    boolean end = part == blocks - 1;
    // Behind the last panel comes the next block of the depth, or the next tile.
    long ahead =
        end
            ? weights.address() + next * panelBytes
            : from + panel * panelBytes + steps * MatrixGemm.STEP_BYTES;
    long units = Math.ceilDiv(rows, MatrixGemm.ROWS);
    block
        .set(Arg.A, block.area(PARTS).address())
        .set(Arg.A_GROUP, steps * Parts.groupBytes(1))
        .set(Arg.B, from + panel * panelBytes)
        .set(Arg.B_PANEL, panelBytes)
        .set(Arg.C, at.out)
        .set(Arg.C_STRIDE, at.outStride)
        .set(Arg.RESIDUAL, at.residual)
        .set(Arg.RESIDUAL_STRIDE, at.residualStride)
        .set(Arg.M, rows)
        .set(Arg.K, steps)
        .set(Arg.PANELS, panels)
        .set(Arg.LAST, panel + panels == panels() ? columns - (panels() - 1) * COLUMNS : COLUMNS)
        .set(Arg.MEMORY, block.area(MEMORY).address())
        .set(Arg.NEXT, ahead)
        .set(
            Arg.AHEAD_STEP,
            Math.min(MatrixGemm.BYTES_AHEAD, Math.ceilDiv(MatrixGemm.STEP_BYTES, units)));
    if (bias != null) {
      block.set(Arg.COLUMN, bias.address() + (long) panel * COLUMNS * Float.BYTES);
    }
    block.call(end ? last : part == 0 ? first : middle);
  }
}
