package dev.vitrine.engine.gen;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Isa;
import java.util.Set;

/**
 * {@link Attention} by matrix registers, with the same arguments: scores and results are {@link
 * MatrixGemm}s, for which keys, values, queries and powers are made parts. Panels have {@link
 * MatrixGemm#COLUMNS} queries; of stretches all but the last are whole steps of {@link
 * Parts#DEPTH}.
 *
 * @param bias whether there is one
 */
public record MatrixAttention(boolean bias) implements Generator {
  @Override
  public String name() {
    return "attention_f32_32x32_avx512_amx" + (bias ? "_bias" : "");
  }

  @Override
  public Width width() {
    return Width.AVX512;
  }

  @Override
  public Set<Isa> sets() {
    return Level.AVX512_AMX.sets();
  }

  @Override
  public Code generate(Abi abi) {
    return new MatrixAttentionEmitter(this, abi).emit();
  }
}
