package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.CMP;
import static dev.vitrine.engine.asm.General.IMUL;
import static dev.vitrine.engine.asm.General.JGE;
import static dev.vitrine.engine.asm.General.JL;
import static dev.vitrine.engine.asm.General.JMP;
import static dev.vitrine.engine.asm.General.JNE;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.PREFETCHT0;
import static dev.vitrine.engine.asm.General.SUB;
import static dev.vitrine.engine.asm.General.XOR;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Matrices.TDPBUSD;
import static dev.vitrine.engine.asm.Matrices.TILELOADD;
import static dev.vitrine.engine.asm.Matrices.TILERELEASE;
import static dev.vitrine.engine.asm.Matrices.TILESTORED;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.gen.MatrixBlock.LEFT;
import static dev.vitrine.engine.gen.MatrixBlock.LINE;
import static dev.vitrine.engine.gen.MatrixBlock.LOWER;
import static dev.vitrine.engine.gen.MatrixBlock.RIGHT;
import static dev.vitrine.engine.gen.MatrixBlock.SUMS;
import static dev.vitrine.engine.gen.MatrixBlock.UPPER;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Isa;
import dev.vitrine.engine.asm.Label;
import java.util.Set;

/**
 * C = start + A · B as 32-bit integers by matrix registers: A unsigned bytes, its rows with
 * adjacent elements, B signed ones in panels of 32 columns, as {@link Dot#VNNI} has them, one
 * behind the other. The depth is a multiple of {@link #DEPTH}.
 *
 * <p>Two matrices of A's rows meet two of a panel's columns; fewer rows than 32 that are left over
 * have matrices of fewer rows.
 */
public record MatrixSums() implements Generator {
  /** Elements of A's rows that a matrix holds. */
  public static final int DEPTH = 64;

  /** Rows that are done at once. */
  public static final int ROWS = MatrixBlock.ROWS;

  /** Columns of a panel. */
  public static final int COLUMNS = 32;

  /** The arguments, 8 bytes each; strides are in bytes. The kernel changes some. */
  public enum Arg {
    A,
    A_STRIDE,
    B,
    C,
    C_STRIDE,
    /** Rows. */
    M,
    /** The depth divided by {@link #DEPTH}, at least 1. */
    K,
    /** At least 1. */
    PANELS,
    /** What a panel's sums start from, a number for each column. */
    START,
    /** To the next panel's. */
    START_PANEL,
    /** The kernel's own: what the panel's sums start from. */
    START_HERE,
    /** The kernel's own: panels that are left. */
    LEFT,
    /** The kernel's own, 64 bytes: the sizes of the matrices, in the processor's format. */
    SIZES
  }

  @Override
  public String name() {
    return "sums_32x32_avx512_amx";
  }

  @Override
  public Width width() {
    return Width.AVX512;
  }

  @Override
  public Set<Isa> sets() {
    return Width.join(Width.AVX512.sets(), Dot.AMX.sets(Width.AVX512));
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends Emitter {
    /** A panel's groups of four rows, and what of it a step takes. */
    private static final int GROUP_BYTES = COLUMNS * 4;

    private static final int STEP_BYTES = COLUMNS * DEPTH;

    private final MatrixSums g;
    private final MatrixBlock matrices;
    private final Gpr left;
    private final Gpr upper;
    private final Gpr lower;
    private final Gpr stride;
    private final Gpr panel;
    private final Gpr panelStride;
    private final Gpr out;
    private final Gpr outLower;
    private final Gpr outStride;
    private final Gpr k;
    private final Gpr start;
    private final Gpr none;

    Body(MatrixSums g, Abi abi) {
      super(g.width(), g.sets(), abi);
      this.g = g;
      left = frame.gpr();
      upper = frame.gpr();
      lower = frame.gpr();
      stride = frame.gpr();
      panel = frame.gpr();
      panelStride = frame.gpr();
      out = frame.gpr();
      outLower = frame.gpr();
      outStride = frame.gpr();
      k = frame.gpr();
      start = frame.gpr();
      none = frame.gpr();
      matrices = new MatrixBlock(a, arg(Arg.SIZES), k, upper);
    }

    Code emit() {
      frame.enter();
      a.emit(XOR, none.low(), none.low());
      a.emit(MOV, stride, arg(Arg.A_STRIDE));
      a.emit(MOV, outStride, arg(Arg.C_STRIDE));
      a.emit(MOV, panelStride, imm(GROUP_BYTES));
      a.emit(MOV, left, arg(Arg.A));
      matrices.begin();
      Label rest = a.label("rest");
      Label single = a.label("single");
      Label done = a.label("done");
      a.emit(CMP, arg(Arg.M), imm(ROWS));
      a.emit(JL, rest);
      matrices.whole();
      Label whole = a.here("whole");
      block("whole", true);
      nextRows();
      a.emit(CMP, arg(Arg.M), imm(ROWS));
      a.emit(JGE, whole);
      a.bind(rest);
      a.emit(CMP, arg(Arg.M), imm(ROWS / 2 + 1));
      a.emit(JL, single);
      // 16 rows and what is over.
      matrices.pair(arg(Arg.M));
      block("pair", true);
      a.emit(JMP, done);
      a.bind(single);
      a.emit(CMP, arg(Arg.M), imm(1));
      a.emit(JL, done);
      matrices.single(arg(Arg.M));
      block("single", false);
      a.bind(done);
      a.emit(TILERELEASE);
      frame.leave();
      return a.finish(g.name());
    }

    private void nextRows() {
      a.emit(IMUL, k, stride, imm(ROWS));
      a.emit(ADD, left, k);
      a.emit(IMUL, k, outStride, imm(ROWS));
      a.emit(ADD, arg(Arg.C), k);
      a.emit(SUB, arg(Arg.M), imm(ROWS));
    }

    /** All panels for some rows. */
    private void block(String name, boolean pair) {
      a.emit(MOV, panel, arg(Arg.B));
      a.emit(MOV, out, arg(Arg.C));
      if (pair) {
        a.emit(IMUL, outLower, outStride, imm(ROWS / 2));
        a.emit(ADD, outLower, out);
      }
      a.emit(MOV, k, arg(Arg.PANELS));
      a.emit(MOV, arg(Arg.LEFT), k);
      a.emit(MOV, start, arg(Arg.START));
      a.emit(MOV, arg(Arg.START_HERE), start);
      Label again = a.here(name + "_panel");
      a.emit(MOV, start, arg(Arg.START_HERE));
      for (int i = 0; i < (pair ? 4 : 2); i++) {
        a.emit(TILELOADD, SUMS[i], at(start, none, 1, i % 2 * LINE));
      }
      a.emit(ADD, start, arg(Arg.START_PANEL));
      a.emit(MOV, arg(Arg.START_HERE), start);
      a.emit(MOV, upper, left);
      if (pair) {
        a.emit(IMUL, lower, stride, imm(ROWS / 2));
        a.emit(ADD, lower, left);
      }
      a.emit(MOV, k, arg(Arg.K));
      times(k, name + "_k", () -> step(pair));
      for (int i = 0; i < (pair ? 4 : 2); i++) {
        a.emit(TILESTORED, at(i < 2 ? out : outLower, outStride, 1, i % 2 * LINE), SUMS[i]);
      }
      a.emit(ADD, out, imm(COLUMNS * Integer.BYTES));
      if (pair) {
        a.emit(ADD, outLower, imm(COLUMNS * Integer.BYTES));
      }
      a.emit(SUB, arg(Arg.LEFT), imm(1));
      a.emit(JNE, again);
    }

    private void step(boolean pair) {
      a.emit(TILELOADD, LEFT, at(panel, panelStride, 1, 0));
      a.emit(TILELOADD, UPPER, at(upper, stride, 1, 0));
      a.emit(TDPBUSD, SUMS[0], UPPER, LEFT);
      a.emit(TILELOADD, RIGHT, at(panel, panelStride, 1, LINE));
      a.emit(TDPBUSD, SUMS[1], UPPER, RIGHT);
      if (pair) {
        a.emit(TILELOADD, LOWER, at(lower, stride, 1, 0));
        a.emit(TDPBUSD, SUMS[2], LOWER, LEFT);
        a.emit(TDPBUSD, SUMS[3], LOWER, RIGHT);
        a.emit(ADD, lower, imm(DEPTH));
      }
      for (int at = 0; at < STEP_BYTES; at += LINE) {
        a.emit(PREFETCHT0, at(panel, STEP_BYTES + at));
      }
      // See MatrixBlock.
      a.emit(TILESTORED, at(out, outStride, 1, 0), SUMS[0]);
      a.emit(ADD, upper, imm(DEPTH));
      a.emit(ADD, panel, imm(STEP_BYTES));
    }
  }
}
