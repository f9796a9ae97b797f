package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VADDPS;
import static dev.vitrine.engine.asm.Floats.VFMADD231PS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.AND;
import static dev.vitrine.engine.asm.General.IMUL;
import static dev.vitrine.engine.asm.General.JE;
import static dev.vitrine.engine.asm.General.LEA;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.SHL;
import static dev.vitrine.engine.asm.General.SHR;
import static dev.vitrine.engine.asm.General.TEST;
import static dev.vitrine.engine.asm.General.XOR;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VBROADCASTSS;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.plan.Function;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Mask;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import java.util.Locale;

/**
 * Pixels of adjacent channels as sums of other pixels: out[p] = activation(bias + Σ weight · in[p])
 * + residual[p] over a table of taps, where consecutive p are a step apart. Several tables in a row
 * make several stretches of pixels. It is what depthwise convolution and resampling are made of.
 *
 * @param byChannel a tap has a weight for each channel; else one for all
 */
public record WeightedSum(
    Width width, boolean byChannel, boolean bias, Activation activation, boolean residual)
    implements Generator {
  /** The arguments, 8 bytes each; steps are in bytes. The kernel changes some. */
  public enum Arg {
    /** What the table's offsets count from. */
    IN,
    IN_STEP,
    OUT,
    OUT_STEP,
    RESIDUAL,
    RESIDUAL_STEP,
    CHANNELS,
    /** Pixels that one table makes. */
    PIXELS,
    /**
     * For each tap 16 bytes: the offset of its first pixel, then the address of its weights or its
     * one weight.
     */
    TABLE,
    TAPS,
    /** How many tables follow one another. */
    TABLES,
    /** From the output of one table to the next's. */
    OUT_TABLE,
    /** For each channel, in whole vectors. */
    BIAS,
    /** The kernel's own: the channels behind the last whole vector. */
    REST
  }

  /** Bytes of a tap in the table. */
  public static final int TAP = 16;

  @Override
  public String name() {
    return "weighted_sum_"
        + width.text()
        + (byChannel ? "_bychannel" : "")
        + (bias ? "_bias" : "")
        + (activation == Activation.NONE ? "" : "_" + activation.name().toLowerCase(Locale.ROOT))
        + (residual ? "_residual" : "");
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends Emitter {
    /** Pixels at once, addressed by a register for every third and the step times 0, 1 and 2. */
    private static final int MANY = 8;

    private final WeightedSum g;
    private final Gpr[] rows = new Gpr[(MANY + 2) / 3];
    private final Gpr step;
    private final Gpr in;
    private final Gpr out;
    private final Gpr residual;
    private final Gpr channel;
    private final Gpr vectors;
    private final Gpr pixels;
    private final Gpr table;
    private final Gpr taps;
    private final Gpr tables;
    private final Gpr weights;
    private final Vec weight;
    private final Vec[] spare;
    private final Vec maskVector;

    Body(WeightedSum g, Abi abi) {
      super(g.width, abi);
      this.g = g;
      for (int i = 0; i < rows.length; i++) {
        rows[i] = frame.gpr();
      }
      step = frame.gpr();
      in = frame.gpr();
      out = frame.gpr();
      residual = frame.gpr();
      channel = frame.gpr();
      vectors = frame.gpr();
      pixels = frame.gpr();
      table = frame.gpr();
      taps = frame.gpr();
      tables = frame.gpr();
      weights = frame.gpr();
      weight = simd.vec(MANY);
      spare = simd.vecs(MANY, 1 + VectorMath.SPARE);
      maskVector = simd.vec(g.width.registers() - 1);
    }

    Code emit() {
      frame.enter();
      a.emit(MOV, vectors, arg(Arg.CHANNELS));
      a.emit(AND, vectors, imm(g.width.lanes() - 1));
      a.emit(MOV, arg(Arg.REST), vectors);
      simd.below(arg(Arg.REST), 0, 1, maskVector);
      a.emit(MOV, tables, arg(Arg.TABLES));
      times(
          tables,
          "table",
          () -> {
            a.emit(XOR, channel.low(), channel.low());
            a.emit(MOV, vectors, arg(Arg.CHANNELS));
            a.emit(SHR, vectors, imm(Integer.numberOfTrailingZeros(g.width.lanes())));
            times(
                vectors,
                "channels",
                () -> {
                  stretch("", null);
                  a.emit(ADD, channel, imm(g.width.bytes()));
                });
            Label whole = a.label("whole");
            a.emit(MOV, vectors, arg(Arg.REST));
            a.emit(TEST, vectors, vectors);
            a.emit(JE, whole);
            stretch("rest_", g.width == Width.AVX512 ? Mask.k(1) : maskVector);
            a.bind(whole);
            a.emit(MOV, taps, arg(Arg.TAPS));
            a.emit(SHL, taps, imm(Integer.numberOfTrailingZeros(TAP)));
            a.emit(ADD, arg(Arg.TABLE), taps);
            a.emit(MOV, taps, arg(Arg.OUT_TABLE));
            a.emit(ADD, arg(Arg.OUT), taps);
          });
      frame.leave();
      return a.finish(g.name());
    }

    /** All pixels of a table for one vector of channels. */
    private void stretch(String name, Operand mask) {
      a.emit(LEA, in, at(channel, 0));
      a.emit(ADD, in, arg(Arg.IN));
      a.emit(LEA, out, at(channel, 0));
      a.emit(ADD, out, arg(Arg.OUT));
      if (g.residual) {
        a.emit(LEA, residual, at(channel, 0));
        a.emit(ADD, residual, arg(Arg.RESIDUAL));
      }
      a.emit(MOV, pixels, arg(Arg.PIXELS));
      whileAtLeast(pixels, MANY, name + "pixels", () -> block(MANY, name, mask));
      times(pixels, name + "pixel", () -> block(1, name + "single_", mask));
    }

    private void block(int count, String name, Operand mask) {
      a.emit(MOV, weights, arg(Arg.BIAS));
      for (int i = 0; i < count; i++) {
        if (g.bias) {
          simd.load(simd.vec(i), at(weights, channel, 1, 0));
        } else {
          simd.zero(simd.vec(i));
        }
      }
      a.emit(MOV, table, arg(Arg.TABLE));
      a.emit(MOV, taps, arg(Arg.TAPS));
      a.emit(MOV, step, arg(Arg.IN_STEP));
      times(
          taps,
          name + "taps",
          () -> {
            a.emit(MOV, rows[0], at(table));
            a.emit(ADD, rows[0], in);
            spread(count);
            if (g.byChannel) {
              a.emit(MOV, weights, at(table, Long.BYTES));
              simd.load(weight, at(weights, channel, 1, 0));
            } else {
              a.emit(VBROADCASTSS, weight, at(table, Long.BYTES));
            }
            for (int i = 0; i < count; i++) {
              if (mask == null) {
                a.emit(VFMADD231PS, simd.vec(i), weight, row(i));
              } else {
                simd.load(spare[1], row(i), mask);
                a.emit(VFMADD231PS, simd.vec(i), weight, spare[1]);
              }
            }
            a.emit(ADD, table, imm(TAP));
          });
      Function f = Function.of(g.activation);
      for (int i = 0; f != null && i < count; i++) {
        math.apply(f, simd.vec(i), spare);
      }
      if (g.residual) {
        from(residual, Arg.RESIDUAL_STEP, count);
        for (int i = 0; i < count; i++) {
          simd.apply(VADDPS, simd.vec(i), row(i), mask, spare[0]);
        }
        next(residual, Arg.RESIDUAL_STEP, count);
      }
      from(out, Arg.OUT_STEP, count);
      for (int i = 0; i < count; i++) {
        simd.store(row(i), simd.vec(i), mask);
      }
      next(out, Arg.OUT_STEP, count);
      next(in, Arg.IN_STEP, count);
    }

    private void from(Gpr pointer, Arg stepArg, int count) {
      a.emit(MOV, step, arg(stepArg));
      a.emit(MOV, rows[0], pointer);
      spread(count);
    }

    private void spread(int count) {
      for (int i = 1; i < (count + 2) / 3; i++) {
        a.emit(LEA, rows[i], at(rows[i - 1], step, 2, 0));
        a.emit(ADD, rows[i], step);
      }
    }

    private Mem row(int i) {
      return i % 3 == 0 ? at(rows[i / 3]) : at(rows[i / 3], step, i % 3, 0);
    }

    private void next(Gpr pointer, Arg stepArg, int count) {
      a.emit(IMUL, step, arg(stepArg), imm(count));
      a.emit(ADD, pointer, step);
    }
  }
}
