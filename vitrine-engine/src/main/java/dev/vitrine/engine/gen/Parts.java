package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.DEC;
import static dev.vitrine.engine.asm.General.JE;
import static dev.vitrine.engine.asm.General.JNE;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.SUB;
import static dev.vitrine.engine.asm.General.TEST;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Isa;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import java.util.Set;

/**
 * Rows of floats as matrix registers take them, for a {@link MatrixGemm}: each float as three
 * bfloat16 whose sum it is, the first the nearest to it, the second to what is left, the third what
 * is left then. That is exact for numbers from 2⁻¹⁰² up; below, and above 3.38·10³⁸, parts are lost
 * or infinite.
 *
 * <p>The result is a matrix of 16 rows of 64 bytes after the other: of 16 rows, of {@link #DEPTH}
 * columns, the three parts. A row of a matrix has the columns k and k + 16 in a pair. Columns that
 * are too few for the last matrix are zeros; rows that are too few are left as they are.
 */
public record Parts() implements Generator {
  /** Parts of a number. */
  public static final int COUNT = 3;

  /** Columns of a matrix. */
  public static final int DEPTH = 32;

  /** Rows of a matrix. */
  public static final int ROWS = 16;

  static final int ROW_BYTES = 64;
  static final int MATRIX_BYTES = ROWS * ROW_BYTES;
  static final int STEP_BYTES = COUNT * MATRIX_BYTES;

  /** The arguments, 8 bytes each. The kernel changes some. */
  public enum Arg {
    IN,
    /** In bytes, to the next row. */
    IN_STRIDE,
    /** At least 1. */
    ROWS,
    /** At least 1. */
    COLUMNS,
    OUT,
    /** In bytes, as {@link #groupBytes} says. */
    GROUP,
    /** The kernel's own. */
    LEFT
  }

  /** The bytes of 16 rows' matrices. */
  public static long groupBytes(long columns) {
    return Math.ceilDiv(columns, DEPTH) * STEP_BYTES;
  }

  @Override
  public String name() {
    return "parts_avx512";
  }

  @Override
  public Width width() {
    return Width.AVX512;
  }

  @Override
  public Set<Isa> sets() {
    return Width.AVX512.sets();
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends Emitter {
    private final Parts g;
    private final Gpr in;
    private final Gpr out;
    private final Gpr rows;
    private final Gpr inGroup;
    private final Gpr from;
    private final Gpr to;
    private final Gpr k;
    // The first and the second half of a step's columns.
    private final Vec[] halves;
    private final PartPairs pairs;
    private final Vec spare;

    Body(Parts g, Abi abi) {
      super(g.width(), g.sets(), abi);
      this.g = g;
      in = frame.gpr();
      out = frame.gpr();
      rows = frame.gpr();
      inGroup = frame.gpr();
      from = frame.gpr();
      to = frame.gpr();
      k = frame.gpr();
      halves = simd.vecs(0, 2);
      pairs = new PartPairs(a, simd, simd.vecs(2, PartPairs.SPARE));
      spare = simd.vec(2 + PartPairs.SPARE);
    }

    Code emit() {
      frame.enter();
      a.emit(MOV, in, arg(Arg.IN));
      a.emit(MOV, out, arg(Arg.OUT));
      a.emit(MOV, rows, arg(Arg.ROWS));
      a.emit(MOV, inGroup, imm(ROWS));
      pairs.begin();
      Label row = a.here("row");
      row();
      a.emit(ADD, in, arg(Arg.IN_STRIDE));
      a.emit(ADD, out, imm(ROW_BYTES));
      Label next = a.label("next");
      a.emit(DEC, inGroup);
      a.emit(JNE, next);
      a.emit(MOV, inGroup, imm(ROWS));
      a.emit(ADD, out, arg(Arg.GROUP));
      a.emit(SUB, out, imm(MATRIX_BYTES));
      a.bind(next);
      a.emit(DEC, rows);
      a.emit(JNE, row);
      frame.leave();
      return a.finish(g.name());
    }

    private void row() {
      a.emit(MOV, from, in);
      a.emit(MOV, to, out);
      a.emit(MOV, k, arg(Arg.COLUMNS));
      Label done = a.label("done");
      whileAtLeast(k, DEPTH, "step", () -> step(null, null));
      a.emit(TEST, k, k);
      a.emit(JE, done);
      a.emit(MOV, arg(Arg.LEFT), k);
      Operand first = simd.below(arg(Arg.LEFT), 0, 1, spare);
      Operand second = simd.below(arg(Arg.LEFT), width(), 2, spare);
      step(first, second);
      a.bind(done);
    }

    private int width() {
      return g.width().lanes();
    }

    /** Takes a step's columns, or those that the masks select. */
    private void step(Operand first, Operand second) {
      simd.load(halves[0], at(from), first);
      simd.load(halves[1], at(from, g.width().bytes()), second);
      pairs.store(halves[0], halves[1], i -> at(to, i * MATRIX_BYTES));
      a.emit(ADD, from, imm(DEPTH * Float.BYTES));
      a.emit(ADD, to, imm(STEP_BYTES));
    }
  }
}
