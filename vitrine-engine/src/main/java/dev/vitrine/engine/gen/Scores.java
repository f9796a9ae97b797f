package dev.vitrine.engine.gen;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.gen.Gemm.Start;

/**
 * Powers of scores of attention: C = 2^(A · B + bias − reference), where A's rows are keys and B is
 * one panel of queries. A column's reference is so near the largest score that its column has had
 * so far that powers neither overflow nor vanish: it is 0 while that does, and is chosen anew where
 * the sum of a tile's powers shows that it doesn't.
 *
 * <p>The arguments are {@link Gemm.Arg}: {@link Gemm.Arg#RESIDUAL} is the bias, {@link
 * Gemm.Arg#COLUMN} the state, {@link Gemm.Arg#PANELS} 1. {@link Gemm.Arg#AHEAD} is a row to be
 * fetched into the second cache along with A's first, {@link Gemm.Arg#AHEAD_STEP} leads to the
 * next.
 *
 * @param bias whether there is one
 */
public record Scores(Tile tile, boolean bias) implements Generator {
  /** The state, a number for each column of the panel in each row. */
  public enum State {
    /** The reference's opposite, 0 at the start. */
    OPPOSITE,
    /** The sum of all powers so far, 0 at the start. */
    SUM,
    /** One by that sum. */
    INVERSE,
    /** By what all that was made with powers before this call has to be multiplied. */
    FACTOR,
    /** The kernel's own: how far a score may exceed the reference. */
    LIMIT,
    EXCESS,
    FACTOR_NOW
  }

  /** The product alone. */
  Gemm product() {
    return new Gemm(tile, false, Start.ZERO, Activation.NONE, false, false, false);
  }

  @Override
  public String name() {
    return "scores_f32_" + tile + (bias ? "_bias" : "");
  }

  @Override
  public Width width() {
    return tile.width();
  }

  @Override
  public Code generate(Abi abi) {
    return new ScoresEmitter(this, abi).emit();
  }
}
