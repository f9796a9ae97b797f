package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Converts.VCVTDQ2PS;
import static dev.vitrine.engine.asm.Converts.VCVTPS2DQ;
import static dev.vitrine.engine.asm.Converts.VPACKUSDW;
import static dev.vitrine.engine.asm.Converts.VPACKUSWB;
import static dev.vitrine.engine.asm.Floats.VADDPS;
import static dev.vitrine.engine.asm.Floats.VFMADD213PS;
import static dev.vitrine.engine.asm.Floats.VMAXPS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.Floats.VSUBPS;
import static dev.vitrine.engine.asm.Floats.VXORPS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Integers.VPADDD;
import static dev.vitrine.engine.asm.Integers.VPADDW;
import static dev.vitrine.engine.asm.Integers.VPMADDWD;
import static dev.vitrine.engine.asm.Integers.VPSLLD;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VBROADCASTSS;
import static dev.vitrine.engine.asm.Moves.VMOVSS;
import static dev.vitrine.engine.asm.Shuffles.VPERMD;

import dev.vitrine.compiler.fused.QuantizedAttention;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Vec;

/**
 * The weights of {@link QuantizedAttention} from scores with a block of keys, whose queries' scales
 * are still to be multiplied in: a byte for each key. For each row it stores the greatest score and
 * the sum of weights.
 *
 * @param sums scores are exact sums as 32-bit integers; the keys' scales, and what is added to
 *     scores then, are in {@link Arg#NUMBERS}. They are floats otherwise.
 */
public record BlockWeights(Width width, boolean sums) implements Generator {
  /** The arguments, 8 bytes each; strides are in bytes. */
  public enum Arg {
    IN,
    IN_STRIDE,
    OUT,
    OUT_STRIDE,
    ROWS,
    /** A float for each row. */
    SCALE,
    /** For each panel of 32 keys 3 · 32 numbers, of which the last 2 · 32 are used. */
    NUMBERS,
    /** Where the greatest scores go, a float for each row. */
    GREATEST,
    /** Where the sums of weights go, 32-bit integers. */
    WEIGHTS,
    /** To the next row's of these two. */
    STRIDE
  }

  public BlockWeights {
    if (sums && width != Width.AVX512) {
      throw new IllegalArgumentException("sums come with matrix registers only");
    }
  }

  /** A score whose weight is 0. */
  public static final float NONE = -1e30f;

  /** Smaller scales are taken to be that, so that {@link #NONE} stays far below all scores. */
  static final float LEAST_SCALE = 1e-20f;

  private static final int BLOCK = QuantizedAttention.BLOCK;

  @Override
  public String name() {
    return "block_weights_" + width.text() + (sums ? "_sums" : "");
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends Emitter {
    // Adding this rounds a small float to a whole number, which is then in the sum's lowest bits.
    private static final float ROUND = 12582912f;
    private static final int MANTISSA_BITS = 23;

    /** Vectors that become one of bytes. */
    private static final int GROUP = 4;

    private static final int PANEL_NUMBERS = 3 * MatrixSums.COLUMNS * Float.BYTES;

    private final BlockWeights g;
    private final int lanes;
    // Whether a block's scores stay in registers; they are read twice otherwise.
    private final boolean held;
    private final Gpr in;
    private final Gpr out;
    private final Gpr rows;
    private final Gpr scale;
    private final Gpr numbers;
    private final Gpr greatest;
    private final Gpr weights;
    private final Vec by;
    private final Vec shift;
    private final Vec spare;
    private final Vec power;
    private final Vec count;
    private final Vec least;
    private final Vec round;
    private final Vec order;
    private final Vec[] x;

    Body(BlockWeights g, Abi abi) {
      super(g.width, abi);
      this.g = g;
      lanes = g.width.lanes();
      held = g.width == Width.AVX512;
      in = frame.gpr();
      out = frame.gpr();
      rows = frame.gpr();
      scale = frame.gpr();
      numbers = frame.gpr();
      greatest = frame.gpr();
      weights = frame.gpr();
      by = simd.vec(0);
      shift = simd.vec(1);
      spare = simd.vec(2);
      power = simd.vec(3);
      count = simd.vec(4);
      least = simd.vec(5);
      round = simd.vec(6);
      order = simd.vec(7);
      x = simd.vecs(8, held ? BLOCK / lanes : GROUP);
    }

    Code emit() {
      frame.enter();
      simd.set(least, QuantizedAttention.LEAST);
      simd.set(round, ROUND);
      simd.load(order, a.constant(order()));
      a.emit(MOV, in, arg(Arg.IN));
      a.emit(MOV, out, arg(Arg.OUT));
      a.emit(MOV, scale, arg(Arg.SCALE));
      a.emit(MOV, numbers, arg(Arg.NUMBERS));
      a.emit(MOV, greatest, arg(Arg.GREATEST));
      a.emit(MOV, weights, arg(Arg.WEIGHTS));
      a.emit(MOV, rows, arg(Arg.ROWS));
      times(
          rows,
          "row",
          () -> {
            row();
            a.emit(ADD, in, arg(Arg.IN_STRIDE));
            a.emit(ADD, out, arg(Arg.OUT_STRIDE));
            a.emit(ADD, scale, imm(Float.BYTES));
            a.emit(ADD, greatest, arg(Arg.STRIDE));
            a.emit(ADD, weights, arg(Arg.STRIDE));
          });
      frame.leave();
      return a.finish(g.name());
    }

    /** Packing leaves four neighbours of each vector side by side; this brings them in order. */
    private int[] order() {
      int halves = g.width.bytes() / 16;
      int[] order = new int[lanes];
      for (int v = 0; v < GROUP; v++) {
        for (int half = 0; half < halves; half++) {
          order[v * halves + half] = half * GROUP + v;
        }
      }
      return order;
    }

    private void row() {
      simd.set(by, LEAST_SCALE);
      a.emit(VBROADCASTSS, spare, at(scale));
      a.emit(VMAXPS, by, by, spare);
      int vectors = BLOCK / lanes;
      for (int v = 0; v < vectors; v++) {
        if (held || v < GROUP) {
          load(x[v], v);
        } else {
          a.emit(VMAXPS, x[v % GROUP], x[v % GROUP], at(in, v * g.width.bytes()));
        }
      }
      greatest();
      a.emit(VMOVSS, at(greatest), spare.as(16));
      a.emit(VMULPS, shift, spare, by);
      a.emit(VXORPS, shift, shift, simd.allBits(Integer.MIN_VALUE));
      simd.zero(count);
      for (int v = 0; v < vectors; v += GROUP) {
        for (int i = 0; i < GROUP; i++) {
          Vec score = x[held ? v + i : i];
          if (!held) {
            load(score, v + i);
          }
          weights(score);
        }
        pack(held ? v : 0, v * lanes);
      }
      a.emit(VPMADDWD, count, count, simd.everywhere(0x00010001));
      simd.reduce(VPADDD, count, spare);
      a.emit(VMOVSS, at(weights), count.as(16));
    }

    private void load(Vec score, int v) {
      Mem here = at(in, v * g.width.bytes());
      if (g.sums) {
        int vectors = MatrixSums.COLUMNS / lanes;
        int disp = v / vectors * PANEL_NUMBERS + v % vectors * g.width.bytes();
        a.emit(VCVTDQ2PS, score, here);
        simd.load(spare, at(numbers, disp + PANEL_NUMBERS / 3));
        a.emit(VFMADD213PS, score, spare, at(numbers, disp + 2 * PANEL_NUMBERS / 3));
      } else {
        simd.load(score, here);
      }
    }

    /** The block's greatest score, in {@link #spare}. */
    private void greatest() {
      a.emit(VMAXPS, spare, x[0], x[1]);
      a.emit(VMAXPS, power, x[2], x[3]);
      if (held) {
        a.emit(VMAXPS, count, x[4], x[5]);
        a.emit(VMAXPS, spare, spare, x[6]);
        a.emit(VMAXPS, power, power, x[7]);
        a.emit(VMAXPS, spare, spare, count);
      }
      a.emit(VMAXPS, spare, spare, power);
      simd.reduce(VMAXPS, spare, power);
    }

    /** As {@link QuantizedAttention#weight} says, in place. */
    private void weights(Vec score) {
      a.emit(VFMADD213PS, score, by, shift);
      a.emit(VMAXPS, score, score, least);
      a.emit(VADDPS, power, score, round);
      a.emit(VSUBPS, spare, power, round);
      a.emit(VSUBPS, score, score, spare);
      simd.set(spare, QuantizedAttention.SQUARE);
      a.emit(VFMADD213PS, spare, score, simd.all(QuantizedAttention.LINEAR));
      a.emit(VFMADD213PS, spare, score, simd.all(QuantizedAttention.WHOLE));
      a.emit(VPSLLD, power, power, imm(MANTISSA_BITS));
      a.emit(VPADDD, spare, spare, power);
      a.emit(VCVTPS2DQ, score, spare);
    }

    private void pack(int first, int key) {
      for (int i = first; i < first + GROUP; i += 2) {
        a.emit(VPACKUSDW, x[i], x[i], x[i + 1]);
        a.emit(VPADDW, count, count, x[i]);
      }
      a.emit(VPACKUSWB, x[first], x[first], x[first + 2]);
      a.emit(VPERMD, x[first], order, x[first]);
      simd.store(at(out, key), x[first]);
    }
  }
}
