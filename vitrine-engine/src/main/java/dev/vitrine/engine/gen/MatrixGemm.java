package dev.vitrine.engine.gen;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Isa;
import java.util.Locale;
import java.util.Set;

/**
 * C = activation(start + A · B) + residual on floats by matrix registers, which multiply bfloat16:
 * both sides are given as {@link Parts}, and of the nine products of two numbers' parts those six
 * are summed that a float would notice. What is left out is less than 2⁻²⁵ of a product, less than
 * what rounding it once to a float takes. Where a row of A has a number that isn't finite, its row
 * of C is NaN.
 *
 * <p>B is in panels of {@link #COLUMNS} columns, the last one filled up with zeros. A panel has for
 * each {@link Parts#DEPTH} rows three parts of two matrices, of the left and the right columns; a
 * matrix has in its i-th row the pairs of B's rows i and i + 16.
 *
 * @param partial the last panel may have fewer columns than a panel; not with {@link Start#SUMS}
 */
public record MatrixGemm(Start start, Activation activation, boolean residual, boolean partial)
    implements Generator {
  /** What the sums start from. */
  public enum Start {
    ZERO,
    /** A number for each column. */
    BIAS,
    /** What C holds. */
    SUMS
  }

  /** Rows that are done at once. */
  public static final int ROWS = MatrixBlock.ROWS;

  /** Columns of a panel. */
  public static final int COLUMNS = 32;

  /** The bytes of a panel's {@link Parts#DEPTH} rows. */
  public static final int STEP_BYTES = 2 * Parts.STEP_BYTES;

  /** The bytes that {@link Arg#MEMORY} leads to. */
  public static final int MEMORY_BYTES =
      ROWS * COLUMNS * Float.BYTES + MatrixBlock.LINE + Parts.MATRIX_BYTES;

  /** What {@link Arg#AHEAD} has fetched with each {@link Parts#DEPTH} of the depth. */
  public static final int BYTES_AHEAD = 1024;

  public MatrixGemm {
    if (partial && start == Start.SUMS) {
      throw new IllegalArgumentException("columns are missing from sums");
    }
  }

  /** The arguments, 8 bytes each; strides are in bytes. The kernel changes some. */
  public enum Arg {
    /** As {@link Parts} leaves it. */
    A,
    /** From 16 rows of A to the next. */
    A_GROUP,
    /** The panels, one after the other. */
    B,
    /** From a panel to the next. */
    B_PANEL,
    C,
    C_STRIDE,
    /** Rows, at least 1. */
    M,
    /** The depth in steps of {@link Parts#DEPTH}, at least 1. */
    K,
    /** At least 1. */
    PANELS,
    /** The columns of the last panel, at least 1; read only by partial kernels. */
    LAST,
    /** The bias. Whole panels are read. */
    COLUMN,
    RESIDUAL,
    RESIDUAL_STRIDE,
    /** Memory of the kernel's own, {@link #MEMORY_BYTES}, aligned to 64. */
    MEMORY,
    /** What will be needed after this call, as a panel is. */
    NEXT,
    /**
     * How far to go on in the next panel with each step of the depth; {@link #BYTES_AHEAD} are
     * fetched into the second cache each time.
     */
    AHEAD_STEP,
    /** The kernel's own: the columns of the panel, and where the rows in work are. */
    HERE,
    AHEAD,
    C_HERE,
    RESIDUAL_HERE
  }

  /** The bytes of a panel of so many rows. */
  public static long panelBytes(long depth) {
    return Math.ceilDiv(depth, Parts.DEPTH) * STEP_BYTES;
  }

  @Override
  public String name() {
    return "gemm_f32_32x32_avx512_amx"
        + (start == Start.ZERO ? "" : "_" + start.name().toLowerCase(Locale.ROOT))
        + (activation == Activation.NONE ? "" : "_" + activation.name().toLowerCase(Locale.ROOT))
        + (residual ? "_residual" : "")
        + (partial ? "_partial" : "");
  }

  @Override
  public Width width() {
    return Width.AVX512;
  }

  @Override
  public Set<Isa> sets() {
    return Width.join(Width.AVX512.sets(), Set.of(Isa.AMX_INT8, Isa.AMX_BF16));
  }

  @Override
  public Code generate(Abi abi) {
    return new MatrixGemmEmitter(this, abi).emit();
  }
}
