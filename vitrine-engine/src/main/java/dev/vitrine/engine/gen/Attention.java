package dev.vitrine.engine.gen;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.gen.Gemm.Start;

/**
 * Attention of some queries of one head to all of its keys, on floats: out = softmax(scale · q · kᵀ
 * + bias) · v. Queries go in panels as wide as the tile, and stretches of keys pass by all panels.
 * Rows of Q, K, V and the result have adjacent elements.
 *
 * <p>It is the functions {@link Scores}, {@link Gemm} and {@link Transpose} and what calls them.
 *
 * @param bias whether there is one
 */
public record Attention(Tile tile, boolean bias) implements Generator {
  /** The arguments, 8 bytes each; strides are in bytes. The kernel changes some. */
  public enum Arg {
    Q,
    Q_STRIDE,
    K,
    K_STRIDE,
    V,
    V_STRIDE,
    OUT,
    OUT_STRIDE,
    /** Rows of Q and the result. */
    QUERIES,
    /** Rows of K and V, at least 1. */
    KEYS,
    /** Columns of Q and K. */
    DEPTH,
    /** Columns of V and the result. */
    WIDTH,
    /** The most keys at a time. */
    STRETCH,
    /** The address of what scores are multiplied by, which makes them powers of 2. */
    SCALE,
    /** In powers of 2 as well: for each panel and key a row of the panel's queries. */
    BIAS,
    /** To the next panel's bias. */
    BIAS_PANEL,
    /** The queries, keys and values that come after this call, to be fetched meanwhile. */
    NEXT_Q,
    NEXT_K,
    NEXT_V,
    /** Room for a panel of {@link #DEPTH} rows for every panel of queries. */
    QUERY_PANELS,
    /** To the next panel's. */
    QUERY_PANEL_BYTES,
    /** The same with {@link #WIDTH} rows. */
    RESULTS,
    /** {@link #STATE_ROWS} rows of a panel for every panel. */
    STATES,
    /** {@link #STRETCH} rows of a panel. */
    POWERS,
    /** {@link #STRETCH} rows of {@link #WIDTH} floats. */
    VALUES,
    /** Of {@link MatrixAttention} alone: {@link #DEPTH} in steps of {@link Parts#DEPTH}. */
    DEPTH_STEPS,
    /** Room for parts: of a stretch's keys, of its values, and of a panel of its powers. */
    KEY_PARTS,
    VALUE_PARTS,
    POWER_PARTS,
    /** As {@link MatrixGemm.Arg#MEMORY}. */
    MEMORY,
    /** The kernel's own: where the loops are. */
    KEYS_LEFT,
    COUNT,
    FIRST,
    K_AHEAD,
    V_AHEAD,
    AHEAD,
    AHEAD_STRIDE,
    QUERIES_LEFT,
    QUERIES_HERE,
    Q_HERE,
    QUERY_PANEL,
    RESULT,
    STATE,
    OUT_HERE,
    BIAS_HERE,
    BIAS_FROM,
    COUNT_STEPS,
    ROUND
  }

  /** The 8-byte slots of the block, behind the arguments those of what is called. */
  public static final int SLOTS = Arg.values().length + Gemm.Arg.values().length;

  public static final int STATE_ROWS = Scores.State.values().length;

  Scores scores() {
    return new Scores(tile, bias);
  }

  /** Values by powers. */
  Gemm mix(Start start) {
    return new Gemm(tile, true, start, Activation.NONE, false, false);
  }

  @Override
  public String name() {
    return "attention_f32_" + tile + (bias ? "_bias" : "");
  }

  @Override
  public Width width() {
    return tile.width();
  }

  @Override
  public Code generate(Abi abi) {
    return new AttentionEmitter(this, abi).emit();
  }
}
