package dev.vitrine.engine.generated;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.engine.gen.Dot;
import dev.vitrine.engine.gen.Gemm.Arg;
import dev.vitrine.engine.gen.MatrixSums;
import dev.vitrine.engine.gen.QuantizedGemm;
import dev.vitrine.engine.gen.Tile;

/**
 * A product of bytes as a thread does it: one call, or with matrix registers two for each piece of
 * the result: the sums, and what becomes of them.
 */
final class ByteProduct {
  /** A piece of sums: small enough for the first cache. */
  private static final int PIECE_ROWS = 64;

  private static final int PIECE_PANELS = 4;
  private static final long SUMS_STRIDE = (long) PIECE_PANELS * MatrixSums.COLUMNS * Integer.BYTES;

  /** The bytes of a thread's memory for sums. */
  static final long SUMS_BYTES = PIECE_ROWS * SUMS_STRIDE;

  private final QuantizedGemm gemm;
  private final Routine routine;
  private final Routine sums;

  private ByteProduct(QuantizedGemm gemm, GeneratedKernels kernels) {
    this.gemm = gemm;
    routine = kernels.routine(gemm);
    sums = gemm.dot() == Dot.AMX ? kernels.routine(new MatrixSums()) : null;
  }

  /** Of rows of {@code depth} codes by so many columns. */
  static ByteProduct of(
      Grade grade,
      Activation activation,
      boolean residual,
      int depth,
      int columns,
      GeneratedKernels kernels) {
    boolean matrices =
        kernels.level().amx()
            && depth > 0
            && depth % MatrixSums.DEPTH == 0
            && columns >= MatrixSums.COLUMNS;
    Dot dot = matrices ? Dot.AMX : QuantizedGemm.dot(grade, kernels.level().vnni());
    Tile tile = matrices ? Tile.AVX512_14X32 : Tile.choose(kernels.width(), columns, dot);
    boolean partial = columns % tile.columns() != 0;
    return new ByteProduct(
        new QuantizedGemm(tile, grade, dot, activation, residual, partial), kernels);
  }

  String name() {
    return gemm.name();
  }

  Tile tile() {
    return gemm.tile();
  }

  Dot dot() {
    return gemm.dot();
  }

  boolean usesMatrices() {
    return sums != null;
  }

  /**
   * Does what the block's arguments say, which are {@link Arg}.
   *
   * @param scratch the address of {@link #SUMS_BYTES} where matrix registers are used
   */
  void call(Block b, long scratch) {
    if (sums == null) {
      b.call(routine);
      return;
    }
    // The two kernels' arguments lie in the same block and overwrite each other.
    int rows = Math.toIntExact(b.get(Arg.M));
    int panels = Math.toIntExact(b.get(Arg.PANELS));
    long left = b.get(Arg.A);
    long leftStride = b.get(Arg.A_STRIDE);
    long right = b.get(Arg.B);
    long panelBytes = b.get(Arg.B_PANEL);
    long steps = b.get(Arg.K) * QuantizedGemm.GROUP / MatrixSums.DEPTH;
    long out = b.get(Arg.C);
    long outStride = b.get(Arg.C_STRIDE);
    long column = b.get(Arg.COLUMN);
    long residual = b.get(Arg.RESIDUAL);
    long residualStride = b.get(Arg.RESIDUAL_STRIDE);
    long last = b.get(Arg.LAST);
    long scale = b.get(Arg.ROW_SCALE);
    long zero = b.get(Arg.ROW_ZERO);
    for (int row = 0; row < rows; row += PIECE_ROWS) {
      int m = Math.min(PIECE_ROWS, rows - row);
      for (int panel = 0; panel < panels; panel += PIECE_PANELS) {
        int n = Math.min(PIECE_PANELS, panels - panel);
        long place = (long) panel * MatrixSums.COLUMNS * Float.BYTES;
        b.set(MatrixSums.Arg.A, left + row * leftStride)
            .set(MatrixSums.Arg.A_STRIDE, leftStride)
            .set(MatrixSums.Arg.START, Block.zeros())
            .set(MatrixSums.Arg.START_PANEL, 0)
            .set(MatrixSums.Arg.B, right + panel * panelBytes)
            .set(MatrixSums.Arg.C, scratch)
            .set(MatrixSums.Arg.C_STRIDE, SUMS_STRIDE)
            .set(MatrixSums.Arg.M, m)
            .set(MatrixSums.Arg.K, steps)
            .set(MatrixSums.Arg.PANELS, n)
            .call(sums);
        b.set(Arg.A, scratch)
            .set(Arg.A_STRIDE, SUMS_STRIDE)
            .set(Arg.C, out + row * outStride + place)
            .set(Arg.C_STRIDE, outStride)
            .set(Arg.M, m)
            .set(Arg.PANELS, n)
            .set(Arg.LAST, panel + n == panels ? last : MatrixSums.COLUMNS)
            .set(Arg.COLUMN, column + place * QuantizedGemm.COLUMN_NUMBERS)
            .set(Arg.RESIDUAL, residual + row * residualStride + place)
            .set(Arg.RESIDUAL_STRIDE, residualStride)
            .set(Arg.ROW_SCALE, scale + row * b.get(Arg.ROW_SCALE_STRIDE))
            .set(Arg.ROW_ZERO, zero + row * b.get(Arg.ROW_ZERO_STRIDE))
            .call(routine);
      }
    }
  }
}
