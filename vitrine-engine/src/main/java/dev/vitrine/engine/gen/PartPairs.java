package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VSUBPS;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Integers.VPADDD;
import static dev.vitrine.engine.asm.Integers.VPANDD;
import static dev.vitrine.engine.asm.Integers.VPORD;
import static dev.vitrine.engine.asm.Integers.VPSRLD;

import dev.vitrine.engine.asm.Assembler;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Vec;
import java.util.function.IntFunction;

/**
 * Emits the splitting of floats into {@link Parts}, of which pairs lie side by side, as matrices
 * want them: of halves of a row, or of two rows 16 apart of a panel for {@link MatrixGemm}.
 */
final class PartPairs {
  /** Rows of a panel's step, and floats of a row. */
  static final int DEPTH = Parts.DEPTH;

  private static final int VECTORS = 2;
  private static final int ROW_BYTES = MatrixGemm.COLUMNS * Float.BYTES;
  private static final int LOW_HALF_OF_UNIT = 0x8000;
  private static final int HIGH = 0xffff0000;

  /** Vectors that {@link PartPairs} needs. */
  static final int SPARE = 5;

  private final Assembler a;
  private final Simd simd;
  private final Vec half;
  private final Vec high;
  private final Vec[] part;
  private final Vec pairs;

  PartPairs(Assembler a, Simd simd, Vec... spare) {
    this.a = a;
    this.simd = simd;
    half = spare[0];
    high = spare[1];
    part = new Vec[] {spare[2], spare[3]};
    pairs = spare[4];
  }

  /** Sets two vectors that must last. */
  void begin() {
    simd.load(half, simd.everywhere(LOW_HALF_OF_UNIT));
    simd.load(high, simd.everywhere(HIGH));
  }

  /** A row's vector of floats, in the step's first or second half of rows. */
  static Mem row(Gpr panel, boolean second, int vector) {
    return Mem.at(panel, (second ? DEPTH / 2 * ROW_BYTES : 0) + vector * Parts.ROW_BYTES);
  }

  /**
   * Stores the parts of two rows' vectors, which are overwritten.
   *
   * @param to where the first part's row for the panel's first vector goes
   */
  void store(Vec first, Vec second, Gpr to, int vector) {
    store(first, second, i -> Mem.at(to, (VECTORS * i + vector) * Parts.MATRIX_BYTES));
  }

  /** Stores the parts of two vectors, which are overwritten, each part where it is said. */
  void store(Vec first, Vec second, IntFunction<Mem> place) {
    Vec[] left = {first, second};
    for (int i = 0; i < Parts.COUNT; i++) {
      boolean last = i == Parts.COUNT - 1;
      for (int v = 0; v < 2 && !last; v++) {
        a.emit(VPADDD, part[v], left[v], half);
        a.emit(VPANDD, part[v], part[v], high);
        a.emit(VSUBPS, left[v], left[v], part[v]);
      }
      Vec[] here = last ? left : part;
      if (last) {
        // Of a small number more is left than a part holds, which must not get into the other's.
        a.emit(VPANDD, second, second, high);
      }
      a.emit(VPSRLD, pairs, here[0], imm(Short.SIZE));
      a.emit(VPORD, pairs, pairs, here[1]);
      simd.store(place.apply(i), pairs);
    }
  }
}
