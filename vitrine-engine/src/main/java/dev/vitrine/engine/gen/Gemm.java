package dev.vitrine.engine.gen;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import java.util.Locale;

/**
 * C = activation(start + A · B) + residual on floats, a panel of B's columns after another and in
 * it a tile of rows after another. Panels are as wide as the tile; what lies in the last one behind
 * B's last column doesn't count.
 *
 * @param tile what is done at once; some tiles have a row less where that makes it come out even,
 *     and rows too few for that go in tiles of powers of two
 * @param byColumn A is stored column by column: {@link Arg#A_STRIDE} leads to the next column and
 *     rows are adjacent; else it leads to the next row and columns are adjacent
 * @param partial the last panel may have fewer columns than a panel
 * @param scatter each row of C, and of the residual, has its place from a table
 */
public record Gemm(
    Tile tile,
    boolean byColumn,
    Start start,
    Activation activation,
    boolean residual,
    boolean partial,
    boolean scatter)
    implements Generator {

  /** With C's rows a stride apart. */
  public Gemm(
      Tile tile,
      boolean byColumn,
      Start start,
      Activation activation,
      boolean residual,
      boolean partial) {
    this(tile, byColumn, start, activation, residual, partial, false);
  }

  /** What the sums start from. */
  public enum Start {
    ZERO,
    /** The bias of each column. */
    BIAS,
    /**
     * What C holds in whole panels, times a factor for each column, which stands where the bias
     * does.
     */
    SCALED
  }

  /** The arguments, 8 bytes each; strides are in bytes. The kernel changes some. */
  public enum Arg {
    A,
    A_STRIDE,
    /** The first panel, its rows adjacent; {@link #B_PANEL} leads to the next panel. */
    B,
    B_PANEL,
    C,
    /**
     * To the next row; where rows are scattered, the address of a table that has for each row, in 8
     * bytes, its offset from C. So for the residual.
     */
    C_STRIDE,
    /** Rows of A and C. */
    M,
    /** Columns of A, rows of B. */
    K,
    PANELS,
    /** The columns of the last panel, at least 1; read only by partial kernels. */
    LAST,
    /** A number for each column: the bias, or the factors of C. Whole panels are read. */
    COLUMN,
    RESIDUAL,
    RESIDUAL_STRIDE,
    /**
     * What will be needed after this call, to be fetched into the second cache meanwhile: {@link
     * #BYTES_AHEAD} from here on for each {@link #STRETCH} of K, and then so many bytes on.
     */
    AHEAD,
    AHEAD_STEP,
    /** The kernel's own: the columns of the panel. */
    HERE,
    TALL,
    TALL_LEFT,
    REST,
    K_LEFT,
    C_AHEAD,
    /** Of {@link Scores} alone, its own: more than 0 while references are chosen anew. */
    ROUND,
    /** Of {@link QuantizedGemm} alone: for each row a float; the stride may be 0. */
    ROW_SCALE,
    ROW_SCALE_STRIDE,
    /** For each row an unsigned byte; the stride may be 0. */
    ROW_ZERO,
    ROW_ZERO_STRIDE,
    /** The kernel's own: where the tile's rows have theirs. */
    ROW_SCALE_HERE,
    ROW_ZERO_HERE
  }

  /** Steps of K between fetches of what comes next. */
  public static final int STRETCH = 28;

  public static final int BYTES_AHEAD = 512;

  @Override
  public String name() {
    return "gemm_f32_"
        + tile
        + (byColumn ? "_bycolumn" : "")
        + (start == Start.ZERO ? "" : "_" + start.name().toLowerCase(Locale.ROOT))
        + (activation == Activation.NONE ? "" : "_" + activation.name().toLowerCase(Locale.ROOT))
        + (residual ? "_residual" : "")
        + (scatter ? "_rows" : "")
        + (partial ? "_partial" : "");
  }

  @Override
  public Width width() {
    return tile.width();
  }

  @Override
  public Code generate(Abi abi) {
    return new GemmEmitter(this, abi).emit();
  }
}
