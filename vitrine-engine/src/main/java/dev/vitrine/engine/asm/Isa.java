package dev.vitrine.engine.asm;

/**
 * The instruction sets that rows of the tables name. AVX-512 forms on xmm and ymm also need VL,
 * which goes with {@link #AVX512F} here: no processor that has BW and DQ lacks it.
 */
public enum Isa {
  BASE,
  AVX,
  AVX2,
  FMA,
  F16C,
  AVX_VNNI,
  AVX512F,
  AVX512BW,
  AVX512DQ,
  AVX512_VNNI,
  /** Matrix registers and their products of bytes. */
  AMX_INT8,
  /** Products of bfloat16 in matrix registers. */
  AMX_BF16
}
