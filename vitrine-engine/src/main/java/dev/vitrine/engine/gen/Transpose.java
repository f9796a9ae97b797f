package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.Floats.VMULSS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.IMUL;
import static dev.vitrine.engine.asm.General.LEA;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.SHL;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VMOVSS;
import static dev.vitrine.engine.asm.Moves.VMOVUPS;
import static dev.vitrine.engine.asm.Shuffles.VINSERTF128;
import static dev.vitrine.engine.asm.Shuffles.VINSERTF32X4;
import static dev.vitrine.engine.asm.Shuffles.VUNPCKHPD;
import static dev.vitrine.engine.asm.Shuffles.VUNPCKHPS;
import static dev.vitrine.engine.asm.Shuffles.VUNPCKLPD;
import static dev.vitrine.engine.asm.Shuffles.VUNPCKLPS;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Imm;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Vec;

/**
 * Out[j][i] = in[i][j] · factor[j] on floats. Both have adjacent elements in a row; as many of in's
 * rows as a vector has lanes go at once, four columns at a time, and what is left one by one.
 *
 * @param scaled whether there are factors; else any 4 bytes are moved as they are
 */
public record Transpose(Width width, boolean scaled) implements Generator {
  /** With factors. */
  public Transpose(Width width) {
    this(width, true);
  }

  /** The arguments, 8 bytes each; strides are in bytes. The kernel changes some. */
  public enum Arg {
    IN,
    IN_STRIDE,
    /** In's rows, which are out's columns. */
    ROWS,
    /** In's columns, which are out's rows. */
    COLUMNS,
    OUT,
    OUT_STRIDE,
    /**
     * The factor of in's first column; {@link #FACTOR_STEP} leads to the next, 0 where all are the
     * same.
     */
    FACTOR,
    FACTOR_STEP
  }

  @Override
  public String name() {
    return "transpose_" + width.text() + (scaled ? "" : "_plain");
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends Emitter {
    private static final int GROUP = 4;

    private final Transpose t;
    private final int groups;
    private final Gpr[] rows = new Gpr[GROUP];
    private final Gpr stride;
    private final Gpr stride4;
    private final Gpr stride12;
    private final Gpr out;
    private final Gpr factor;
    private final Gpr rowsLeft;
    private final Gpr columnsLeft;

    Body(Transpose t, Abi abi) {
      super(t.width, abi);
      this.t = t;
      groups = t.width.lanes() / GROUP;
      for (int i = 0; i < GROUP; i++) {
        rows[i] = frame.gpr();
      }
      stride = frame.gpr();
      stride4 = frame.gpr();
      stride12 = frame.gpr();
      out = frame.gpr();
      factor = frame.gpr();
      rowsLeft = frame.gpr();
      columnsLeft = frame.gpr();
    }

    Code emit() {
      frame.enter();
      a.emit(MOV, stride, arg(Arg.IN_STRIDE));
      a.emit(LEA, stride12, at(stride, stride, 2, 0));
      a.emit(SHL, stride12, imm(2));
      a.emit(MOV, stride4, stride);
      a.emit(SHL, stride4, imm(2));
      a.emit(MOV, rowsLeft, arg(Arg.ROWS));
      whileAtLeast(
          rowsLeft,
          t.width.lanes(),
          "rows",
          () -> {
            start();
            whileAtLeast(columnsLeft, GROUP, "columns", this::square);
            times(
                columnsLeft,
                "column",
                () -> {
                  for (int i = 0; i < t.width.lanes(); i++) {
                    element(row(i / GROUP, i % GROUP), i);
                  }
                  nextColumn();
                });
            next(t.width.lanes());
          });
      times(
          rowsLeft,
          "row",
          () -> {
            start();
            times(
                columnsLeft,
                "element",
                () -> {
                  element(at(rows[0]), 0);
                  nextColumn();
                });
            next(1);
          });
      frame.leave();
      return a.finish(t.name());
    }

    private void start() {
      a.emit(MOV, rows[0], arg(Arg.IN));
      for (int i = 1; i < GROUP; i++) {
        a.emit(LEA, rows[i], at(rows[i - 1], stride, 1, 0));
      }
      a.emit(MOV, out, arg(Arg.OUT));
      a.emit(MOV, factor, arg(Arg.FACTOR));
      a.emit(MOV, columnsLeft, arg(Arg.COLUMNS));
    }

    /** Row {@code 4·group + row} from the current column on. */
    private Mem row(int group, int row) {
      return switch (group) {
        case 0 -> at(rows[row]);
        case 1 -> at(rows[row], stride4, 1, 0);
        case 2 -> at(rows[row], stride4, 2, 0);
        default -> at(rows[row], stride12, 1, 0);
      };
    }

    /**
     * Four columns: each 16 bytes of a vector come from rows 4 apart, and are transposed in
     * themselves.
     */
    private void square() {
      Vec[] x = simd.vecs(0, GROUP);
      Vec[] y = simd.vecs(GROUP, GROUP);
      for (int r = 0; r < GROUP; r++) {
        a.emit(VMOVUPS, x[r].as(16), row(0, r));
        for (int g = 1; g < groups; g++) {
          a.emit(groups == 2 ? VINSERTF128 : VINSERTF32X4, x[r], x[r], row(g, r), new Imm(g));
        }
      }
      a.emit(VUNPCKLPS, y[0], x[0], x[1]);
      a.emit(VUNPCKHPS, y[1], x[0], x[1]);
      a.emit(VUNPCKLPS, y[2], x[2], x[3]);
      a.emit(VUNPCKHPS, y[3], x[2], x[3]);
      a.emit(VUNPCKLPD, x[0], y[0], y[2]);
      a.emit(VUNPCKHPD, x[1], y[0], y[2]);
      a.emit(VUNPCKLPD, x[2], y[1], y[3]);
      a.emit(VUNPCKHPD, x[3], y[1], y[3]);
      for (int c = 0; c < GROUP; c++) {
        if (t.scaled) {
          a.emit(VMULPS, x[c], x[c], simd.all(at(factor), y[0]));
        }
        simd.store(at(out), x[c]);
        nextOut();
      }
      for (Gpr r : rows) {
        a.emit(ADD, r, imm(GROUP * Float.BYTES));
      }
    }

    private void element(Mem from, int column) {
      Vec x = simd.vec(0).as(16);
      a.emit(VMOVSS, x, from);
      if (t.scaled) {
        a.emit(VMULSS, x, x, at(factor));
      }
      a.emit(VMOVSS, at(out, column * Float.BYTES), x);
    }

    private void nextOut() {
      a.emit(ADD, out, arg(Arg.OUT_STRIDE));
      a.emit(ADD, factor, arg(Arg.FACTOR_STEP));
    }

    private void nextColumn() {
      nextOut();
      for (Gpr r : rows) {
        a.emit(ADD, r, imm(Float.BYTES));
      }
    }

    /** On to further rows of in and columns of out. */
    private void next(int count) {
      a.emit(IMUL, out, stride, imm(count));
      a.emit(ADD, arg(Arg.IN), out);
      a.emit(MOV, out, imm((long) count * Float.BYTES));
      a.emit(ADD, arg(Arg.OUT), out);
    }
  }
}
