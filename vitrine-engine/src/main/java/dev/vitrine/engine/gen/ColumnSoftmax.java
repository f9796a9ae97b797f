package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VADDPS;
import static dev.vitrine.engine.asm.Floats.VMAXPS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.Floats.VSUBPS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VMOVAPS;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Vec;

/**
 * One stretch of a running softmax down the columns of a panel, in powers of 2. Per column: the
 * maximum so far grows by the stretch's, the elements become 2 to their distance from it, their sum
 * is added to the sum so far, and the factor tells by what all that was summed before must be
 * multiplied.
 */
public record ColumnSoftmax(Width width, int vectors) implements Generator {
  /** The arguments, 8 bytes each. */
  public enum Arg {
    /** The panel, its rows adjacent. */
    PANEL,
    ROWS,
    /**
     * A vector over the columns each; the first is −{@link Float#MAX_VALUE} at the start, the
     * second 0.
     */
    MAXIMUM,
    SUM,
    FACTOR
  }

  @Override
  public String name() {
    return "column_softmax_" + vectors * width.lanes() + "_" + width.text();
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends Emitter {
    private static final int CHAINS = 4;

    private final ColumnSoftmax s;
    private final Gpr panel;
    private final Gpr rows;
    private final Gpr pointer;

    Body(ColumnSoftmax s, Abi abi) {
      super(s.width, abi);
      this.s = s;
      panel = frame.gpr();
      rows = frame.gpr();
      pointer = frame.gpr();
    }

    private int disp(int vector) {
      return vector * s.width.bytes();
    }

    Code emit() {
      int v = s.vectors;
      int rowBytes = v * s.width.bytes();
      Vec[] max = simd.vecs(0, v);
      Vec[] sum = simd.vecs(v, v);
      Vec x = simd.vec(2 * v);
      Vec n = simd.vec(2 * v + 1);
      Vec p = simd.vec(2 * v + 2);
      frame.enter();
      a.emit(MOV, panel, arg(Arg.PANEL));
      a.emit(MOV, rows, arg(Arg.ROWS));
      a.emit(MOV, pointer, arg(Arg.MAXIMUM));
      // Several maxima a column, so that one doesn't wait for the last.
      for (int i = 0; i < v; i++) {
        simd.load(max[i], at(pointer, disp(i)));
        for (int chain = 1; chain < CHAINS; chain++) {
          a.emit(VMOVAPS, simd.vec(chain * v + i), max[i]);
        }
      }
      times(
          rows,
          "maximum",
          CHAINS,
          count -> {
            for (int r = 0; r < count; r++) {
              for (int i = 0; i < v; i++) {
                Vec m = simd.vec(r * v + i);
                a.emit(VMAXPS, m, m, at(panel, r * rowBytes + disp(i)));
              }
            }
            a.emit(ADD, panel, imm((long) count * rowBytes));
          });
      for (int i = 0; i < v; i++) {
        for (int chain = 1; chain < CHAINS; chain++) {
          a.emit(VMAXPS, max[i], max[i], simd.vec(chain * v + i));
        }
      }
      for (int i = 0; i < v; i++) {
        simd.load(x, at(pointer, disp(i)));
        simd.store(at(pointer, disp(i)), max[i]);
        a.emit(VSUBPS, x, x, max[i]);
        math.exp2(x, n, p);
        a.emit(MOV, rows, arg(Arg.FACTOR));
        simd.store(at(rows, disp(i)), x);
        a.emit(MOV, rows, arg(Arg.SUM));
        a.emit(VMULPS, sum[i], x, at(rows, disp(i)));
      }
      a.emit(MOV, panel, arg(Arg.PANEL));
      a.emit(MOV, rows, arg(Arg.ROWS));
      times(
          rows,
          "power",
          () -> {
            for (int i = 0; i < v; i++) {
              simd.load(x, at(panel, disp(i)));
              a.emit(VSUBPS, x, x, max[i]);
              math.exp2(x, n, p);
              simd.store(at(panel, disp(i)), x);
              a.emit(VADDPS, sum[i], sum[i], x);
            }
            a.emit(ADD, panel, imm(rowBytes));
          });
      a.emit(MOV, pointer, arg(Arg.SUM));
      for (int i = 0; i < v; i++) {
        simd.store(at(pointer, disp(i)), sum[i]);
      }
      frame.leave();
      return a.finish(s.name());
    }
  }
}
