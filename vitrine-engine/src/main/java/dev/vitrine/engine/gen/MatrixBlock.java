package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.IMUL;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.Matrices.LDTILECFG;
import static dev.vitrine.engine.asm.Matrix.tmm;

import dev.vitrine.engine.asm.Assembler;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Imm;
import dev.vitrine.engine.asm.Matrix;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Operand;

/**
 * The matrix registers as products use them: two of the left side's rows meet two of a panel's
 * columns. Their sizes are told to the processor by 64 bytes of memory; 64 bytes are in each row,
 * and fewer rows than {@link #ROWS} that are left over have matrices of fewer rows.
 *
 * <p>A store of sums makes the processor wait for hundreds of cycles where there was none for more
 * than a hundred products; kernels store some sums with every step, for nothing else.
 */
final class MatrixBlock {
  static final int ROWS = 32;

  /** The bytes of a matrix's row, and of the sizes. */
  static final int LINE = 64;

  /** Sums of the upper and the lower rows by the left and the right columns. */
  static final Matrix[] SUMS = {tmm(0), tmm(1), tmm(2), tmm(3)};

  static final Matrix UPPER = tmm(4);
  static final Matrix LOWER = tmm(5);
  static final Matrix LEFT = tmm(6);
  static final Matrix RIGHT = tmm(7);

  /** Where in the sizes those of rows are, a byte each. */
  private static final int ROWS_AT = 48;

  /** A byte for each matrix: 16 rows, and one row in those of the lower or the upper rows. */
  private static final long ALL_ROWS = 0x1010_1010_1010_1010L;

  private static final long IN_LOWER = 0x0000_0100_0101_0000L;
  private static final long IN_UPPER = 0x0000_0001_0000_0101L;

  private final Assembler a;
  private final Mem sizes;
  private final Gpr spare;
  private final Gpr another;

  /**
   * @param sizes 64 bytes
   * @param spare overwritten, as is the other
   */
  MatrixBlock(Assembler a, Mem sizes, Gpr spare, Gpr another) {
    this.a = a;
    this.sizes = sizes;
    this.spare = spare;
    this.another = another;
  }

  /** Lays the sizes out, but for the rows. */
  void begin() {
    long[] words = {1, 0, 0x0040_0040_0040_0040L, 0x0040_0040_0040_0040L, 0, 0, 0, 0};
    for (int i = 0; i < words.length; i++) {
      a.emit(MOV, spare, new Imm(words[i]));
      a.emit(MOV, sizes.plus(i * Long.BYTES), spare);
    }
  }

  /** All rows from here on. */
  void whole() {
    a.emit(MOV, spare, new Imm(ALL_ROWS));
    load();
  }

  /** So many rows, from 17 to 31. */
  void pair(Operand rows) {
    part(rows, IN_LOWER, 2);
  }

  /** So many rows, from 1 to 16, all of them upper ones. */
  void single(Operand rows) {
    part(rows, IN_UPPER, 1);
  }

  private void part(Operand rows, long in, int matrices) {
    a.emit(MOV, spare, new Imm(in));
    a.emit(IMUL, spare, rows);
    a.emit(MOV, another, new Imm(ALL_ROWS - ROWS / 2 * matrices * in));
    a.emit(ADD, spare, another);
    load();
  }

  private void load() {
    a.emit(MOV, sizes.plus(ROWS_AT), spare);
    a.emit(LDTILECFG, sizes);
  }
}
