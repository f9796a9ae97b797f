package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VFMADD231PD;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VBROADCASTSD;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Vec;

/**
 * Sums over rows of products of columns, in 64-bit floats. A panel holds {@link #COLUMNS} columns
 * side by side, row after row; other panels lie one after another. The columns of one panel are
 * multiplied with those of others, two panels at a time: {@link #SUMS} numbers, for each of its
 * columns one for each of theirs. Each sum runs over the rows in order, with one rounding a row.
 */
public record PanelSums() implements Generator {
  public static final int COLUMNS = 4;

  /** Sums for each pair of panels. */
  public static final int SUMS = COLUMNS * 2 * COLUMNS;

  /** The arguments, 8 bytes each. */
  public enum Arg {
    /** The one panel. */
    PANEL,
    /** The first of the others. */
    OTHERS,
    ROWS,
    /** Of a panel. */
    BYTES,
    /** How many pairs of other panels. */
    PAIRS,
    OUT
  }

  @Override
  public String name() {
    return "panel_sums";
  }

  @Override
  public Width width() {
    return Width.AVX2;
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(abi).emit(name());
  }

  private static final class Body extends Emitter {
    private static final int ROW = COLUMNS * Double.BYTES;

    Body(Abi abi) {
      super(Width.AVX2, abi);
    }

    Code emit(String name) {
      Gpr panel = frame.gpr();
      Gpr first = frame.gpr();
      Gpr second = frame.gpr();
      Gpr bytes = frame.gpr();
      Gpr rows = frame.gpr();
      Gpr pairs = frame.gpr();
      Gpr out = frame.gpr();
      Vec[] sums = simd.vecs(0, 2 * COLUMNS);
      Vec one = simd.vec(2 * COLUMNS);
      Vec other = simd.vec(2 * COLUMNS + 1);
      Vec factor = simd.vec(2 * COLUMNS + 2);
      frame.enter();
      a.emit(MOV, first, arg(Arg.OTHERS));
      a.emit(MOV, bytes, arg(Arg.BYTES));
      a.emit(MOV, pairs, arg(Arg.PAIRS));
      a.emit(MOV, out, arg(Arg.OUT));
      times(
          pairs,
          "pair",
          () -> {
            a.emit(MOV, panel, arg(Arg.PANEL));
            a.emit(MOV, rows, arg(Arg.ROWS));
            a.emit(MOV, second, first);
            a.emit(ADD, second, bytes);
            for (Vec sum : sums) {
              simd.zero(sum);
            }
            times(
                rows,
                "row",
                () -> {
                  simd.load(one, at(first));
                  simd.load(other, at(second));
                  for (int i = 0; i < COLUMNS; i++) {
                    a.emit(VBROADCASTSD, factor, at(panel, i * Double.BYTES));
                    a.emit(VFMADD231PD, sums[2 * i], factor, one);
                    a.emit(VFMADD231PD, sums[2 * i + 1], factor, other);
                  }
                  for (Gpr place : new Gpr[] {panel, first, second}) {
                    a.emit(ADD, place, imm(ROW));
                  }
                });
            for (int i = 0; i < sums.length; i++) {
              simd.store(at(out, i * ROW), sums[i]);
            }
            a.emit(ADD, out, imm(SUMS * Double.BYTES));
            a.emit(MOV, first, second);
          });
      frame.leave();
      return a.finish(name);
    }
  }
}
