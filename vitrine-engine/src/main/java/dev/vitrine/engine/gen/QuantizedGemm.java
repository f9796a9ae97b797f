package dev.vitrine.engine.gen;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Isa;
import java.util.Locale;
import java.util.Set;

/**
 * C = activation((A − zero) · B · scales + bias) + residual where A is unsigned bytes, its rows
 * with adjacent elements, and B signed ones in panels as {@link Gemm}'s, whose arguments this one
 * has.
 *
 * <p>Rows are in groups of four elements, {@link Gemm.Arg#K} counts groups, and a group's bytes are
 * all read: what lies in B behind its last row must be 0. For each group a panel holds four bytes a
 * column; for {@link Dot#WORDS} the first and third rows of the group as 16-bit pairs for all
 * columns, then the second and fourth. {@link Gemm.Arg#COLUMN} has three numbers a column for each
 * panel: all columns' sums with the sign turned as 32-bit integers, then all weights' scales, then
 * all biases.
 *
 * <p>With {@link Dot#AMX} A holds the sums of products instead, as 32-bit integers.
 *
 * @param tile what is done at once; rows that are left over go in tiles of powers of two
 * @param partial the last panel may have fewer columns than a panel
 */
public record QuantizedGemm(
    Tile tile, Grade grade, Dot dot, Activation activation, boolean residual, boolean partial)
    implements Generator {
  /** Elements of A that are multiplied at once. */
  public static final int GROUP = 4;

  /** The numbers of a column in {@link Gemm.Arg#COLUMN}. */
  public static final int COLUMN_NUMBERS = 3;

  /** The best way to multiply that grade's bytes, exact on all machines. */
  public static Dot dot(Grade grade, boolean vnni) {
    return vnni ? Dot.VNNI : grade == Grade.W7A7 ? Dot.PAIRS : Dot.WORDS;
  }

  @Override
  public String name() {
    return "gemm_"
        + grade.name().toLowerCase(Locale.ROOT)
        + "_"
        + tile
        + dot.suffix()
        + "_bias"
        + (activation == Activation.NONE ? "" : "_" + activation.name().toLowerCase(Locale.ROOT))
        + (residual ? "_residual" : "")
        + (partial ? "_partial" : "");
  }

  @Override
  public Width width() {
    return tile.width();
  }

  @Override
  public Set<Isa> sets() {
    return Width.join(tile.width().sets(), dot.sets(tile.width()));
  }

  @Override
  public Code generate(Abi abi) {
    return new QuantizedGemmEmitter(this, abi).emit();
  }
}
