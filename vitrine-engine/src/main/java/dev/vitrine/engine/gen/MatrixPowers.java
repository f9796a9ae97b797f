package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VADDPS;
import static dev.vitrine.engine.asm.Floats.VANDPS;
import static dev.vitrine.engine.asm.Floats.VMAXPS;
import static dev.vitrine.engine.asm.Floats.VMINPS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.Floats.VSUBPS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.AND;
import static dev.vitrine.engine.asm.General.CMP;
import static dev.vitrine.engine.asm.General.INC;
import static dev.vitrine.engine.asm.General.JE;
import static dev.vitrine.engine.asm.General.JMP;
import static dev.vitrine.engine.asm.General.JNE;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.NEG;
import static dev.vitrine.engine.asm.General.SHL;
import static dev.vitrine.engine.asm.General.SHR;
import static dev.vitrine.engine.asm.General.TEST;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import dev.vitrine.engine.gen.Scores.State;
import java.util.function.Consumer;

/**
 * Powers of scores that lie in memory, as a panel of parts for a {@link MatrixGemm}. As with {@link
 * Scores} a column's reference is chosen anew where its powers show that it must: then the sums and
 * the results so far are multiplied by what that means, and scores are corrected. Where they would
 * lose by that the caller has to make them again from the new references, and to call again with
 * what {@link Arg#ROUND} holds, until that is 0.
 *
 * @param bias whether there is one
 */
public record MatrixPowers(boolean bias) implements Generator {
  /** The arguments, 8 bytes each. The kernel changes some. */
  public enum Arg {
    /** Rows of a panel, one for each key; the rows are filled up to whole steps. Overwritten. */
    SCORES,
    /** At least 1. */
    KEYS,
    /** Added to the scores, rows of a panel. */
    BIAS,
    /** As {@link Scores.State} says. */
    STATE,
    /** Rows of a panel that are sums of what powers were multiplied by. */
    RESULT,
    RESULT_ROWS,
    /** The panel of parts. */
    OUT,
    /** 0 at first; more after the call where it has to be repeated. */
    ROUND
  }

  @Override
  public String name() {
    return "matrix_powers_avx512" + (bias ? "_bias" : "");
  }

  @Override
  public Width width() {
    return Width.AVX512;
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends Emitter {
    private static final int VECTORS = 2;
    private static final int ROW_BYTES = VECTORS * Parts.ROW_BYTES;

    /** What has no power. */
    private static final float NOTHING = -1e30f;

    /** Scores that are so large have lost more to rounding than a correction takes. */
    private static final float FAR = 1024;

    private final MatrixPowers g;
    private final Gpr scores;
    private final Gpr out;
    private final Gpr state;
    private final Gpr flag;
    private final Gpr rows;
    private final Gpr steps;
    private final Gpr other;
    private final Vec[] sums;
    private final Vec[] x;
    private final Vec[] spare;
    private final PartPairs pairs;
    private final References references;

    Body(MatrixPowers g, Abi abi) {
      super(g.width(), abi);
      this.g = g;
      scores = frame.gpr();
      out = frame.gpr();
      state = frame.gpr();
      flag = frame.gpr();
      rows = frame.gpr();
      steps = frame.gpr();
      other = frame.gpr();
      sums = simd.vecs(0, 2 * VECTORS);
      x = simd.vecs(4, 2 * VECTORS);
      spare = simd.vecs(8, 4);
      pairs = new PartPairs(a, simd, simd.vecs(12, PartPairs.SPARE));
      references = new References(a, simd, math, state, flag, VECTORS, simd.vecs(0, 4));
    }

    Code emit() {
      Label right = a.label("right");
      Label near = a.label("near");
      frame.enter();
      a.emit(MOV, state, arg(Arg.STATE));
      if (g.bias) {
        a.emit(MOV, other, arg(Arg.BIAS));
        eachRow(
            "bias",
            v -> {
              a.emit(VADDPS, x[v], x[v], at(other, v * Parts.ROW_BYTES));
              simd.store(at(scores, v * Parts.ROW_BYTES), x[v]);
            },
            () -> a.emit(ADD, other, imm(ROW_BYTES)));
      }
      Label made = a.here("made");
      Label unlimited = a.label("unlimited");
      a.emit(MOV, flag, arg(Arg.ROUND));
      a.emit(CMP, flag, imm(References.ROUNDS));
      a.emit(JNE, unlimited);
      // What exceeds the reference even now is rounding, and must not overflow.
      simd.set(spare[0], References.LIMIT);
      eachRow(
          "limit",
          v -> {
            a.emit(VMINPS, x[v], spare[0], x[v]);
            simd.store(at(scores, v * Parts.ROW_BYTES), x[v]);
          },
          () -> {});
      a.bind(unlimited);
      fillUp();
      powers();
      references.addSums(right);
      a.emit(MOV, flag, arg(Arg.ROUND));
      a.emit(CMP, flag, imm(References.ROUNDS));
      a.emit(JE, near);
      Label again = a.label("again");
      a.emit(TEST, flag, flag);
      a.emit(JNE, again);
      references.setLimits();
      a.bind(again);
      for (int v = 0; v < VECTORS; v++) {
        simd.set(sums[v], Float.NEGATIVE_INFINITY);
      }
      eachRow("largest", v -> a.emit(VMAXPS, sums[v], sums[v], x[v]), () -> {});
      references.ifNear(near);
      references.raise();
      scaleResults();
      a.emit(MOV, flag, arg(Arg.ROUND));
      a.emit(INC, flag);
      a.emit(MOV, arg(Arg.ROUND), flag);
      Label end = a.label("end");
      ifMoved(end);
      lower();
      a.emit(JMP, made);
      // What is made is right, so the sums are made again that were overwritten meanwhile.
      a.bind(near);
      powers();
      addSums();
      a.bind(right);
      references.keepSums();
      a.emit(MOV, flag, imm(0));
      a.emit(MOV, arg(Arg.ROUND), flag);
      a.bind(end);
      frame.leave();
      return a.finish(g.name());
    }

    /** Jumps if references have moved so far that scores lose too much by being corrected. */
    private void ifMoved(Label end) {
      Label near = a.label("little");
      Operand far = null;
      for (int v = 0; v < VECTORS; v++) {
        simd.load(x[v], references.at(State.EXCESS, v));
        a.emit(VANDPS, x[v], x[v], simd.allBits(Integer.MAX_VALUE));
        Operand here = simd.compare(x[v], simd.all(FAR), Simd.GREATER, 1 + v, spare[v]);
        far = far == null ? here : far;
        simd.or(far, here);
      }
      simd.jumpIfNone(near, flag, far, spare[0]);
      a.emit(JMP, end);
      a.bind(near);
    }

    /** Corrects scores for what their references were raised by. */
    private void lower() {
      for (int v = 0; v < VECTORS; v++) {
        simd.load(spare[v], references.at(State.EXCESS, v));
      }
      eachRow(
          "lower",
          v -> {
            a.emit(VSUBPS, x[v], x[v], spare[v]);
            simd.store(at(scores, v * Parts.ROW_BYTES), x[v]);
          },
          () -> {});
    }

    private void addSums() {
      for (int v = 0; v < VECTORS; v++) {
        a.emit(VADDPS, sums[v], sums[v], references.at(State.SUM, v));
      }
    }

    /** The part for each vector of a row of scores, which is in {@link #x}. */
    private void eachRow(String name, Consumer<Integer> part, Runnable next) {
      a.emit(MOV, scores, arg(Arg.SCORES));
      a.emit(MOV, rows, arg(Arg.KEYS));
      times(
          rows,
          name,
          () -> {
            for (int v = 0; v < VECTORS; v++) {
              simd.load(x[v], at(scores, v * Parts.ROW_BYTES));
              part.accept(v);
            }
            a.emit(ADD, scores, imm(ROW_BYTES));
            next.run();
          });
    }

    /** Adds rows without power, for whole steps. */
    private void fillUp() {
      a.emit(MOV, rows, arg(Arg.KEYS));
      a.emit(MOV, scores, rows);
      a.emit(SHL, scores, imm(Integer.numberOfTrailingZeros(ROW_BYTES)));
      a.emit(ADD, scores, arg(Arg.SCORES));
      a.emit(NEG, rows);
      a.emit(AND, rows, imm(PartPairs.DEPTH - 1));
      simd.set(x[0], NOTHING);
      times(
          rows,
          "fill",
          () -> {
            for (int v = 0; v < VECTORS; v++) {
              simd.store(at(scores, v * Parts.ROW_BYTES), x[0]);
            }
            a.emit(ADD, scores, imm(ROW_BYTES));
          });
    }

    /** Makes the panel; the sums of its columns are in the first vectors. */
    private void powers() {
      for (Vec sum : sums) {
        simd.zero(sum);
      }
      pairs.begin();
      a.emit(MOV, scores, arg(Arg.SCORES));
      a.emit(MOV, out, arg(Arg.OUT));
      a.emit(MOV, steps, arg(Arg.KEYS));
      a.emit(ADD, steps, imm(PartPairs.DEPTH - 1));
      a.emit(SHR, steps, imm(Integer.numberOfTrailingZeros(PartPairs.DEPTH)));
      times(
          steps,
          "step",
          () -> {
            a.emit(MOV, rows, imm(PartPairs.DEPTH / 2));
            times(
                rows,
                "pair",
                () -> {
                  for (int i = 0; i < x.length; i++) {
                    simd.load(x[i], PartPairs.row(scores, i % 2 > 0, i / 2));
                    math.exp2(x[i], spare[0], spare[1]);
                    a.emit(VADDPS, sums[i], sums[i], x[i]);
                  }
                  for (int v = 0; v < VECTORS; v++) {
                    pairs.store(x[2 * v], x[2 * v + 1], out, v);
                  }
                  a.emit(ADD, scores, imm(ROW_BYTES));
                  a.emit(ADD, out, imm(Parts.ROW_BYTES));
                });
            a.emit(ADD, scores, imm(PartPairs.DEPTH / 2 * ROW_BYTES));
            a.emit(ADD, out, imm(MatrixGemm.STEP_BYTES - Parts.MATRIX_BYTES));
          });
      a.emit(VADDPS, sums[0], sums[0], sums[1]);
      a.emit(VADDPS, sums[1], sums[2], sums[3]);
    }

    private void scaleResults() {
      for (int v = 0; v < VECTORS; v++) {
        simd.load(spare[v], references.at(State.FACTOR_NOW, v));
      }
      a.emit(MOV, other, arg(Arg.RESULT));
      a.emit(MOV, rows, arg(Arg.RESULT_ROWS));
      times(
          rows,
          "scale",
          () -> {
            for (int v = 0; v < VECTORS; v++) {
              a.emit(VMULPS, x[v], spare[v], at(other, v * Parts.ROW_BYTES));
              simd.store(at(other, v * Parts.ROW_BYTES), x[v]);
            }
            a.emit(ADD, other, imm(ROW_BYTES));
          });
    }
  }
}
