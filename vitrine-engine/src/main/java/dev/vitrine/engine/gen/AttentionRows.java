package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VADDPS;
import static dev.vitrine.engine.asm.Floats.VADDSS;
import static dev.vitrine.engine.asm.Floats.VFMADD231PS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.AND;
import static dev.vitrine.engine.asm.General.CALL;
import static dev.vitrine.engine.asm.General.JE;
import static dev.vitrine.engine.asm.General.JMP;
import static dev.vitrine.engine.asm.General.LEA;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.POP;
import static dev.vitrine.engine.asm.General.PUSH;
import static dev.vitrine.engine.asm.General.SHR;
import static dev.vitrine.engine.asm.General.TEST;
import static dev.vitrine.engine.asm.General.XOR;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VBROADCASTSS;
import static dev.vitrine.engine.asm.Moves.VMOVSS;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;

/**
 * What {@link Attention} gives, one query after another: for queries so few that most of a panel
 * would be empty.
 *
 * @param bias whether there is one
 */
public record AttentionRows(Width width, boolean bias) implements Generator {
  /** The arguments, 8 bytes each; strides are in bytes. The kernel changes some. */
  public enum Arg {
    Q,
    Q_STRIDE,
    K,
    K_STRIDE,
    V,
    V_STRIDE,
    OUT,
    OUT_STRIDE,
    QUERIES,
    /** At least 1. */
    KEYS,
    DEPTH,
    WIDTH,
    /** The address of what scores are multiplied by, which makes them powers of 2. */
    SCALE,
    /** In powers of 2 as well: the first key's, those of one key being adjacent. */
    BIAS,
    /** To the next key's bias. */
    BIAS_STRIDE,
    /** Room for {@link #DEPTH} floats in whole vectors. */
    QUERY,
    /** Room for {@link #KEYS} floats. */
    POWERS,
    /** The kernel's own: the columns behind the last whole vector. */
    REST,
    BIAS_HERE
  }

  /** The 8-byte slots of the block, behind the arguments those of what is called. */
  static final int SLOTS = Arg.values().length + RowArg.values().length;

  @Override
  public String name() {
    return "attention_rows_f32_" + width.text() + (bias ? "_bias" : "");
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends Emitter {
    /** Keys, or vectors of a result, at once. */
    private static final int MANY = 4;

    private final AttentionRows g;
    private final Abi abi;
    private final Label softmax;
    private final int bytes;
    private final Gpr[] rows = new Gpr[MANY];
    private final Gpr stride;
    private final Gpr index;
    private final Gpr left;
    private final Gpr count;
    private final Gpr power;
    private final Gpr other;
    private final Vec[] sums;
    private final Vec x;
    private final Vec y;
    private final Vec maskVector;

    Body(AttentionRows g, Abi abi) {
      super(g.width, abi);
      this.g = g;
      this.abi = abi;
      softmax = a.label("softmax");
      bytes = g.width.bytes();
      for (int i = 0; i < MANY; i++) {
        rows[i] = frame.gpr();
      }
      stride = frame.gpr();
      index = frame.gpr();
      left = frame.gpr();
      count = frame.gpr();
      power = frame.gpr();
      other = frame.gpr();
      sums = simd.vecs(0, MANY);
      x = simd.vec(MANY);
      y = simd.vec(MANY + 1);
      maskVector = simd.vec(g.width.registers() - 1);
    }

    Code emit() {
      frame.enter();
      Label end = a.label("end");
      Label next = a.here("query");
      a.emit(MOV, count, arg(Arg.QUERIES));
      a.emit(TEST, count, count);
      a.emit(JE, end);
      scale();
      scores();
      softmax();
      mix();
      further(Arg.Q, arg(Arg.Q_STRIDE));
      further(Arg.OUT, arg(Arg.OUT_STRIDE));
      if (g.bias) {
        further(Arg.BIAS, imm(Float.BYTES));
      }
      further(Arg.QUERIES, imm(-1));
      a.emit(JMP, next);
      a.bind(end);
      frame.leave();
      a.include(softmax, new SoftmaxRows(g.width, true).generate(abi));
      return a.finish(g.name());
    }

    private void further(Arg what, Operand by) {
      a.emit(MOV, count, by);
      a.emit(ADD, arg(what), count);
    }

    /** Sets the mask for the columns behind the last whole vector, of which there are so many. */
    private Operand rest(Arg columns) {
      a.emit(MOV, count, arg(columns));
      a.emit(AND, count, imm(g.width.lanes() - 1));
      a.emit(MOV, arg(Arg.REST), count);
      return simd.below(arg(Arg.REST), 0, 1, maskVector);
    }

    private interface Part {
      void emit(Operand mask);
    }

    /** The part for each vector of a row, the last perhaps under a mask. */
    private void alongDepth(String name, Operand mask, Part part) {
      Label whole = a.label(name + "_whole");
      a.emit(XOR, index.low(), index.low());
      a.emit(MOV, count, arg(Arg.DEPTH));
      a.emit(SHR, count, imm(Integer.numberOfTrailingZeros(g.width.lanes())));
      times(
          count,
          name,
          () -> {
            part.emit(null);
            a.emit(ADD, index, imm(bytes));
          });
      a.emit(MOV, count, arg(Arg.REST));
      a.emit(TEST, count, count);
      a.emit(JE, whole);
      part.emit(mask);
      a.bind(whole);
    }

    /** The query times the scale, and zeros up to a whole vector. */
    private void scale() {
      Operand mask = rest(Arg.DEPTH);
      a.emit(MOV, rows[0], arg(Arg.Q));
      a.emit(MOV, rows[1], arg(Arg.QUERY));
      a.emit(MOV, other, arg(Arg.SCALE));
      a.emit(VBROADCASTSS, y, at(other));
      alongDepth(
          "scale",
          mask,
          m -> {
            simd.load(x, at(rows[0], index, 1, 0), m);
            a.emit(VMULPS, x, x, y);
            simd.store(at(rows[1], index, 1, 0), x);
          });
    }

    private void scores() {
      Operand mask = rest(Arg.DEPTH);
      a.emit(MOV, rows[0], arg(Arg.K));
      a.emit(MOV, stride, arg(Arg.K_STRIDE));
      a.emit(MOV, power, arg(Arg.POWERS));
      if (g.bias) {
        a.emit(MOV, other, arg(Arg.BIAS));
        a.emit(MOV, arg(Arg.BIAS_HERE), other);
      }
      a.emit(MOV, left, arg(Arg.KEYS));
      times(
          left,
          "keys",
          MANY,
          many -> {
            for (int i = 0; i < many; i++) {
              simd.zero(sums[i]);
            }
            for (int i = 1; i < many; i++) {
              a.emit(LEA, rows[i], at(rows[i - 1], stride, 1, 0));
            }
            a.emit(MOV, other, arg(Arg.QUERY));
            alongDepth(
                "key" + many,
                mask,
                m -> {
                  simd.load(x, at(other, index, 1, 0));
                  for (int i = 0; i < many; i++) {
                    if (m == null) {
                      a.emit(VFMADD231PS, sums[i], x, at(rows[i], index, 1, 0));
                    } else {
                      simd.load(y, at(rows[i], index, 1, 0), m);
                      a.emit(VFMADD231PS, sums[i], x, y);
                    }
                  }
                });
            for (int i = 0; i < many; i++) {
              simd.reduce(VADDPS, sums[i], x);
              Vec score = sums[i].as(16);
              if (g.bias) {
                a.emit(MOV, other, arg(Arg.BIAS_HERE));
                a.emit(VADDSS, score, score, at(other));
                a.emit(ADD, other, arg(Arg.BIAS_STRIDE));
                a.emit(MOV, arg(Arg.BIAS_HERE), other);
              }
              a.emit(VMOVSS, at(power, i * Float.BYTES), score);
            }
            a.emit(ADD, power, imm(many * Float.BYTES));
            a.emit(LEA, rows[0], at(rows[many - 1], stride, 1, 0));
          });
    }

    /** An argument of what is called. */
    private void pass(RowArg argument, Operand value) {
      a.emit(MOV, count, value);
      a.emit(MOV, arg(Arg.values().length + argument.ordinal()), count);
    }

    private void softmax() {
      pass(RowArg.IN, arg(Arg.POWERS));
      pass(RowArg.IN_STRIDE, imm(0));
      pass(RowArg.OUT, arg(Arg.POWERS));
      pass(RowArg.OUT_STRIDE, imm(0));
      pass(RowArg.ROWS, imm(1));
      pass(RowArg.COLUMNS, arg(Arg.KEYS));
      a.emit(PUSH, frame.argument());
      a.emit(LEA, abi.argument(), arg(Arg.values().length));
      a.emit(CALL, softmax);
      a.emit(POP, frame.argument());
    }

    private void mix() {
      Label whole = a.label("mix_whole");
      Operand mask = rest(Arg.WIDTH);
      a.emit(MOV, stride, arg(Arg.V_STRIDE));
      a.emit(XOR, index.low(), index.low());
      a.emit(MOV, left, arg(Arg.WIDTH));
      whileAtLeast(left, MANY * g.width.lanes(), "mix" + MANY, () -> columns(MANY, null));
      whileAtLeast(left, g.width.lanes(), "mix", () -> columns(1, null));
      a.emit(TEST, left, left);
      a.emit(JE, whole);
      columns(1, mask);
      a.bind(whole);
    }

    /** Some vectors of the result from {@link #index} on. */
    private void columns(int vectors, Operand mask) {
      for (int i = 0; i < vectors; i++) {
        simd.zero(sums[i]);
      }
      a.emit(MOV, rows[0], arg(Arg.V));
      a.emit(ADD, rows[0], index);
      a.emit(MOV, power, arg(Arg.POWERS));
      a.emit(MOV, count, arg(Arg.KEYS));
      times(
          count,
          "value",
          () -> {
            a.emit(VBROADCASTSS, x, at(power));
            for (int i = 0; i < vectors; i++) {
              if (mask == null) {
                a.emit(VFMADD231PS, sums[i], x, at(rows[0], i * bytes));
              } else {
                simd.load(y, at(rows[0], i * bytes), mask);
                a.emit(VFMADD231PS, sums[i], x, y);
              }
            }
            a.emit(ADD, rows[0], stride);
            a.emit(ADD, power, imm(Float.BYTES));
          });
      a.emit(MOV, rows[0], arg(Arg.OUT));
      a.emit(ADD, rows[0], index);
      for (int i = 0; i < vectors; i++) {
        simd.store(at(rows[0], i * bytes), sums[i], mask);
      }
      a.emit(ADD, index, imm((long) vectors * bytes));
    }
  }
}
