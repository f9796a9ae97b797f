package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VADDPS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.CMOVE;
import static dev.vitrine.engine.asm.General.CMP;
import static dev.vitrine.engine.asm.General.IMUL;
import static dev.vitrine.engine.asm.General.JE;
import static dev.vitrine.engine.asm.General.JL;
import static dev.vitrine.engine.asm.General.JMP;
import static dev.vitrine.engine.asm.General.JNE;
import static dev.vitrine.engine.asm.General.LEA;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.PREFETCHT0;
import static dev.vitrine.engine.asm.General.PREFETCHT1;
import static dev.vitrine.engine.asm.General.PREFETCHW;
import static dev.vitrine.engine.asm.General.TEST;
import static dev.vitrine.engine.asm.General.XOR;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Matrices.TDPBF16PS;
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

import dev.vitrine.compiler.plan.Function;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Mask;
import dev.vitrine.engine.asm.Matrix;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import dev.vitrine.engine.gen.MatrixGemm.Arg;
import java.util.function.BiConsumer;

/**
 * Emits a {@link MatrixGemm}: a panel after another, and in it 32 rows after another. While the
 * matrix registers multiply, the vectors take the sums of the rows before through what is left to
 * do with them, a row now and then; where nothing is left to do sums go out at once, and their
 * places are fetched meanwhile.
 */
final class MatrixGemmEmitter extends Emitter {
  private static final int ROWS = MatrixGemm.ROWS;
  private static final int ROW_BYTES = MatrixGemm.COLUMNS * Float.BYTES;
  private static final int PART = Parts.MATRIX_BYTES;

  /**
   * The parts that are multiplied, those of small products first, so that each pair shares a part
   * with the one before.
   */
  private static final int[][] PAIRS = {{2, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 2}, {0, 0}};

  private static final int FIRST_MASK = 1;

  private final MatrixGemm g;
  private final Function activation;
  private final boolean direct;
  private final MatrixBlock matrices;
  private final Gpr upper;
  private final Gpr lower;
  private final Gpr panel;
  private final Gpr line;
  private final Gpr none;
  private final Gpr k;
  private final Gpr spare;
  private final Gpr m;
  private final Gpr memory;
  // Of the rows that are finished, or fetched, while others are multiplied.
  private final Gpr rows;
  private final Gpr sums;
  private final Gpr out;
  private final Gpr residual;

  MatrixGemmEmitter(MatrixGemm g, Abi abi) {
    super(g.width(), g.sets(), abi);
    this.g = g;
    activation = Function.of(g.activation());
    direct = activation == null && !g.residual() && !g.partial();
    upper = frame.gpr();
    lower = frame.gpr();
    panel = frame.gpr();
    line = frame.gpr();
    none = frame.gpr();
    k = frame.gpr();
    spare = frame.gpr();
    m = frame.gpr();
    memory = frame.gpr();
    rows = frame.gpr();
    sums = frame.gpr();
    out = frame.gpr();
    residual = frame.gpr();
    matrices = new MatrixBlock(a, at(memory, ROWS * ROW_BYTES), k, spare);
  }

  Code emit() {
    frame.enter();
    a.emit(XOR, none.low(), none.low());
    a.emit(XOR, rows.low(), rows.low());
    a.emit(MOV, line, imm(LINE));
    a.emit(MOV, memory, arg(Arg.MEMORY));
    matrices.begin();
    matrices.whole();
    Label nextPanel = a.here("panel");
    panel();
    advance(Arg.C, imm(ROW_BYTES));
    advance(Arg.RESIDUAL, imm(ROW_BYTES));
    advance(Arg.COLUMN, imm(ROW_BYTES));
    advance(Arg.B, arg(Arg.B_PANEL));
    advance(Arg.PANELS, imm(-1));
    a.emit(JNE, nextPanel);
    finishRows("last");
    a.emit(TILERELEASE);
    frame.leave();
    return a.finish(g.name());
  }

  /** The flags are the sum's. */
  private void advance(Arg arg, Operand by) {
    a.emit(MOV, spare, arg(arg));
    a.emit(ADD, spare, by);
    a.emit(MOV, arg(arg), spare);
  }

  private void copy(Arg from, Arg to) {
    a.emit(MOV, spare, arg(from));
    a.emit(MOV, arg(to), spare);
  }

  /** All rows by a panel. */
  private void panel() {
    if (g.partial()) {
      a.emit(MOV, k, imm(MatrixGemm.COLUMNS));
      a.emit(CMP, arg(Arg.PANELS), imm(1));
      a.emit(CMOVE, k, arg(Arg.LAST));
      a.emit(MOV, arg(Arg.HERE), k);
    }
    a.emit(MOV, k, arg(Arg.B));
    a.emit(ADD, k, arg(Arg.B_PANEL));
    a.emit(CMP, arg(Arg.PANELS), imm(1));
    a.emit(CMOVE, k, arg(Arg.NEXT));
    a.emit(MOV, arg(Arg.AHEAD), k);
    copy(Arg.C, Arg.C_HERE);
    copy(Arg.RESIDUAL, Arg.RESIDUAL_HERE);
    a.emit(MOV, upper, arg(Arg.A));
    a.emit(MOV, lower, upper);
    a.emit(ADD, lower, arg(Arg.A_GROUP));
    a.emit(MOV, m, arg(Arg.M));
    whileAtLeast(m, ROWS, "whole", () -> block("whole", true, imm(ROWS)));
    Label done = a.label("rows_done");
    Label single = a.label("single");
    Label back = a.label("all_rows");
    a.emit(TEST, m, m);
    a.emit(JE, done);
    a.emit(CMP, m, imm(ROWS / 2 + 1));
    a.emit(JL, single);
    matrices.pair(m);
    block("pair", true, m);
    a.emit(JMP, back);
    a.bind(single);
    matrices.single(m);
    block("single", false, m);
    a.bind(back);
    matrices.whole();
    a.bind(done);
  }

  /**
   * So many rows by a panel.
   *
   * @param pair whether there are lower rows
   */
  private void block(String name, boolean pair, Operand size) {
    int quarters = pair ? 4 : 2;
    start(quarters);
    if (direct) {
      a.emit(MOV, rows, size);
      a.emit(MOV, out, arg(Arg.C_HERE));
    }
    a.emit(MOV, panel, arg(Arg.B));
    a.emit(MOV, k, arg(Arg.K));
    times(k, name + "_k", () -> step(name, pair));
    if (direct) {
      a.emit(MOV, out, arg(Arg.C_HERE));
      a.emit(MOV, spare, arg(Arg.C_STRIDE));
      eachSum(out, spare, quarters, (sum, place) -> a.emit(TILESTORED, place, sum));
    } else {
      finishRows(name);
      a.emit(MOV, sums, memory);
      a.emit(LEA, spare, at(line, line, 1, 0));
      eachSum(sums, spare, quarters, (sum, place) -> a.emit(TILESTORED, place, sum));
      a.emit(MOV, sums, memory);
      a.emit(MOV, rows, size);
      a.emit(MOV, out, arg(Arg.C_HERE));
      a.emit(MOV, residual, arg(Arg.RESIDUAL_HERE));
      for (int v = 0; v < 2 && g.partial(); v++) {
        simd.below(arg(Arg.HERE), v * g.width().lanes(), FIRST_MASK + v, simd.vec(0));
      }
      a.emit(IMUL, spare, arg(Arg.RESIDUAL_STRIDE), imm(ROWS));
      a.emit(ADD, arg(Arg.RESIDUAL_HERE), spare);
    }
    a.emit(IMUL, spare, arg(Arg.C_STRIDE), imm(ROWS));
    a.emit(ADD, arg(Arg.C_HERE), spare);
    if (pair) {
      a.emit(MOV, upper, lower);
      a.emit(ADD, lower, arg(Arg.A_GROUP));
    }
  }

  private void start(int quarters) {
    switch (g.start()) {
      case ZERO -> {
        a.emit(LEA, spare, simd.everywhere(0));
        for (int i = 0; i < quarters; i++) {
          a.emit(TILELOADD, SUMS[i], at(spare, none, 1, 0));
        }
      }
      case BIAS -> {
        a.emit(MOV, spare, arg(Arg.COLUMN));
        for (int i = 0; i < quarters; i++) {
          a.emit(TILELOADD, SUMS[i], at(spare, none, 1, i % 2 * LINE));
        }
      }
      case SUMS -> {
        a.emit(MOV, panel, arg(Arg.C_HERE));
        a.emit(MOV, spare, arg(Arg.C_STRIDE));
        eachSum(panel, spare, quarters, (sum, place) -> a.emit(TILELOADD, sum, place));
      }
    }
  }

  /** Goes through the sums and their places; the first row's register and k are overwritten. */
  private void eachSum(Gpr first, Gpr stride, int quarters, BiConsumer<Matrix, Mem> body) {
    for (int i = 0; i < quarters; i++) {
      if (i == 2) {
        a.emit(IMUL, k, stride, imm(ROWS / 2));
        a.emit(ADD, first, k);
      }
      body.accept(SUMS[i], at(first, stride, 1, i % 2 * LINE));
    }
  }

  /**
   * The sums grow by a step of the depth. A matrix is loaded again as soon as it isn't needed any
   * more.
   */
  private void step(String name, boolean pair) {
    a.emit(TILELOADD, UPPER, left(upper, 0));
    a.emit(TILELOADD, LEFT, right(0, 0));
    if (pair) {
      a.emit(TILELOADD, LOWER, left(lower, 0));
    }
    a.emit(TILELOADD, RIGHT, right(0, 1));
    for (int i = 0; i < PAIRS.length; i++) {
      boolean last = i == PAIRS.length - 1;
      boolean newLeft = !last && PAIRS[i + 1][0] != PAIRS[i][0];
      boolean newRight = !last && PAIRS[i + 1][1] != PAIRS[i][1];
      if (newRight) {
        multiply(0, UPPER, LEFT);
        if (pair) {
          multiply(2, LOWER, LEFT);
        }
        a.emit(TILELOADD, LEFT, right(i + 1, 0));
        multiply(1, UPPER, RIGHT);
        if (pair) {
          multiply(3, LOWER, RIGHT);
        }
        a.emit(TILELOADD, RIGHT, right(i + 1, 1));
      } else {
        multiply(0, UPPER, LEFT);
        multiply(1, UPPER, RIGHT);
        if (newLeft) {
          a.emit(TILELOADD, UPPER, left(upper, i + 1));
        }
        if (pair) {
          multiply(2, LOWER, LEFT);
          multiply(3, LOWER, RIGHT);
          if (newLeft) {
            a.emit(TILELOADD, LOWER, left(lower, i + 1));
          }
        }
      }
      ahead(pair, i);
      if (i % 2 == 0) {
        rowIfAny(name + i);
      }
    }
    a.emit(ADD, upper, imm(Parts.STEP_BYTES));
    if (pair) {
      a.emit(ADD, lower, imm(Parts.STEP_BYTES));
    }
    a.emit(ADD, panel, imm(MatrixGemm.STEP_BYTES));
    // See MatrixBlock.
    a.emit(TILESTORED, at(memory, line, 1, ROWS * ROW_BYTES + LINE), SUMS[0]);
    a.emit(MOV, spare, arg(Arg.AHEAD));
    for (int at = 0; at < MatrixGemm.BYTES_AHEAD; at += LINE) {
      a.emit(PREFETCHT1, at(spare, at));
    }
    a.emit(ADD, spare, arg(Arg.AHEAD_STEP));
    a.emit(MOV, arg(Arg.AHEAD), spare);
  }

  private void multiply(int sum, Matrix x, Matrix y) {
    a.emit(TDPBF16PS, SUMS[sum], x, y);
  }

  private Mem left(Gpr pointer, int turn) {
    return at(pointer, line, 1, PAIRS[turn][0] * PART);
  }

  private Mem right(int turn, int half) {
    return at(panel, line, 1, (2 * PAIRS[turn][1] + half) * PART);
  }

  /** Fetches a share of the next step's matrices into the first cache. */
  private void ahead(boolean pair, int turn) {
    int share = MatrixGemm.STEP_BYTES / PAIRS.length;
    for (int at = turn * share; at < (turn + 1) * share; at += LINE) {
      a.emit(PREFETCHT0, at(panel, MatrixGemm.STEP_BYTES + at));
    }
    share = Parts.STEP_BYTES / PAIRS.length;
    for (int at = turn * share; at < (turn + 1) * share; at += LINE) {
      a.emit(PREFETCHT0, at(upper, Parts.STEP_BYTES + at));
      if (pair) {
        a.emit(PREFETCHT0, at(lower, Parts.STEP_BYTES + at));
      }
    }
  }

  private void finishRows(String name) {
    if (!direct) {
      whileAtLeast(rows, 1, name + "_finish", this::row);
    }
  }

  private void rowIfAny(String name) {
    ifAtLeast(rows, 1, name + "_row", this::row);
  }

  /** What is left to do with a row's sums. */
  private void row() {
    if (direct) {
      a.emit(PREFETCHW, at(out));
      a.emit(PREFETCHW, at(out, LINE));
      a.emit(ADD, out, arg(Arg.C_STRIDE));
      return;
    }
    Vec[] x = simd.vecs(0, 2);
    for (int v = 0; v < 2; v++) {
      simd.load(x[v], at(sums, v * LINE));
      if (activation != null) {
        math.apply(activation, x[v], simd.vecs(2 + v * VectorMath.SPARE, VectorMath.SPARE));
      }
    }
    for (int v = 0; v < 2; v++) {
      Operand mask = g.partial() ? Mask.k(FIRST_MASK + v) : null;
      if (g.residual()) {
        simd.apply(VADDPS, x[v], at(residual, v * LINE), mask, simd.vec(2));
      }
      simd.store(at(out, v * LINE), x[v], mask);
    }
    a.emit(ADD, sums, imm(ROW_BYTES));
    a.emit(ADD, out, arg(Arg.C_STRIDE));
    if (g.residual()) {
      a.emit(ADD, residual, arg(Arg.RESIDUAL_STRIDE));
    }
  }
}
