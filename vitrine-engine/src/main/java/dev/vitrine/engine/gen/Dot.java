package dev.vitrine.engine.gen;

import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.engine.asm.Isa;
import java.util.Set;

/**
 * How unsigned bytes are multiplied by signed ones and summed in 32 bits: all ways give exact sums
 * for what they are chosen for.
 */
public enum Dot {
  /**
   * Matrix registers multiply before, see {@link MatrixSums}; the kernel finds the sums where the
   * left side would be.
   */
  AMX,
  /** Four products of bytes are added to a sum at once. */
  VNNI,
  /**
   * Pairs of products in 16 bits; two such pairs are added before they are widened. Exact where
   * four products can't leave 16 bits, as in {@link Grade#W7A7}.
   */
  PAIRS,
  /** Bytes are widened to 16 bits, of which pairs of products in 32 bits are made. */
  WORDS;

  /** The bytes of the right side that go with four of the left side's in each column. */
  public int groupBytes() {
    return this == WORDS ? 8 : 4;
  }

  /** The instruction sets besides a width's own. */
  Set<Isa> sets(Width width) {
    return switch (this) {
      case AMX -> Set.of(Isa.AMX_INT8);
      case VNNI -> Set.of(width == Width.AVX512 ? Isa.AVX512_VNNI : Isa.AVX_VNNI);
      case PAIRS, WORDS -> Set.of();
    };
  }

  String suffix() {
    return switch (this) {
      case AMX -> "_amx";
      case VNNI -> "_vnni";
      case PAIRS, WORDS -> "";
    };
  }
}
