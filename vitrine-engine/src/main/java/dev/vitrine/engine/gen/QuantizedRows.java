package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Converts.VCVTDQ2PS;
import static dev.vitrine.engine.asm.Converts.VCVTPS2DQ;
import static dev.vitrine.engine.asm.Floats.VDIVPS;
import static dev.vitrine.engine.asm.Floats.VMAXPS;
import static dev.vitrine.engine.asm.Floats.VMINPS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.Floats.VSUBPS;
import static dev.vitrine.engine.asm.Floats.VXORPS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Integers.VPADDD;
import static dev.vitrine.engine.asm.Integers.VPMAXSD;
import static dev.vitrine.engine.asm.Integers.VPMINSD;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VBROADCASTSS;
import static dev.vitrine.engine.asm.Moves.VMOVSS;
import static dev.vitrine.engine.asm.Moves.VPBROADCASTD;
import static dev.vitrine.engine.asm.Moves.VPEXTRB;

import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.fused.QuantizeRows;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Mask;
import dev.vitrine.engine.asm.Vec;
import java.util.Locale;

/**
 * {@link QuantizeRows} on rows of at least a vector's floats. The bytes go to {@link RowArg#OUT};
 * for each row {@link RowArg#SCALE} gets a float and {@link RowArg#ZERO} a byte.
 *
 * @param given whether {@link RowArg#SCALE} is the scale of all rows instead, a float in its first
 *     4 bytes, and {@link RowArg#ZERO} their zero point
 */
public record QuantizedRows(Width width, Grade grade, boolean given) implements Generator {
  /** By each row's own range. */
  public QuantizedRows(Width width, Grade grade) {
    this(width, grade, false);
  }

  @Override
  public String name() {
    return "quantize_"
        + grade.name().toLowerCase(Locale.ROOT)
        + (given ? "_given_" : "_")
        + width.text();
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends RowEmitter {
    private final QuantizedRows g;
    private final Gpr scale;
    private final Gpr zero;
    private final Gpr byteAt;

    Body(QuantizedRows g, Abi abi) {
      super(g.width, abi);
      this.g = g;
      scale = frame.gpr();
      zero = frame.gpr();
      byteAt = frame.gpr();
    }

    Code emit() {
      frame.enter();
      if (g.given) {
        emitGiven();
      } else {
        emitOwn();
      }
      frame.leave();
      return a.finish(g.name());
    }

    private void emitGiven() {
      Vec by = simd.vec(0);
      Vec shift = simd.vec(1);
      Vec least = simd.vec(2);
      Vec most = simd.vec(3);
      Vec x = simd.vec(4);
      Vec spare = simd.vec(5);
      a.emit(VBROADCASTSS, by, arg(RowArg.SCALE));
      a.emit(VPBROADCASTD, shift, arg(RowArg.ZERO));
      a.emit(VCVTDQ2PS, x, shift);
      simd.zero(least);
      a.emit(VSUBPS, least, least, x);
      simd.set(most, g.grade.levels());
      a.emit(VSUBPS, most, most, x);
      eachRow(
          () ->
              passOver(
                  "quantize",
                  (_, disp) -> {
                    simd.load(x, here(in, disp));
                    a.emit(VDIVPS, x, x, by);
                    a.emit(VMAXPS, x, x, least);
                    a.emit(VMINPS, x, x, most);
                    a.emit(VCVTPS2DQ, x, x);
                    a.emit(VPADDD, x, x, shift);
                    storeLowBytes(out, byteAt, disp, x, spare);
                  }));
    }

    private void emitOwn() {
      a.emit(MOV, scale, arg(RowArg.SCALE));
      a.emit(MOV, zero, arg(RowArg.ZERO));
      Vec[] low = simd.vecs(0, CHAINS);
      Vec[] high = simd.vecs(CHAINS, CHAINS);
      Vec inverse = simd.vec(2 * CHAINS);
      Vec shift = simd.vec(2 * CHAINS + 1);
      Vec x = simd.vec(2 * CHAINS + 2);
      Vec spare = simd.vec(2 * CHAINS + 3);
      Vec levels = simd.vec(2 * CHAINS + 4);
      simd.set(levels, g.grade.levels());
      eachRow(
          () -> {
            for (int i = 0; i < CHAINS; i++) {
              simd.zero(low[i]);
              simd.zero(high[i]);
            }
            passOver(
                "range",
                (chain, disp) -> {
                  simd.load(x, here(in, disp));
                  a.emit(VMINPS, low[chain], low[chain], x);
                  a.emit(VMAXPS, high[chain], high[chain], x);
                });
            combine(VMINPS, low, spare);
            combine(VMAXPS, high, spare);
            range(low[0], high[0], levels, inverse, shift, x, spare);
            passOver("quantize", (_, disp) -> quantize(x, inverse, shift, spare, disp));
          });
    }

    /** From the least and the greatest: stores scale and zero point. */
    private void range(
        Vec low, Vec high, Vec levels, Vec inverse, Vec shift, Vec range, Vec spare) {
      a.emit(VSUBPS, range, high, low);
      a.emit(VDIVPS, high, range, levels);
      a.emit(VDIVPS, inverse, levels, range);
      // Tiny ranges count as none.
      simd.keep(high, range, Simd.GREATER, QuantizeRows.TINY, Mask.k(1), spare);
      simd.keep(inverse, range, Simd.GREATER, QuantizeRows.TINY, Mask.k(1), spare);
      a.emit(VMOVSS, at(scale), high.as(16));
      a.emit(VXORPS, shift, low, simd.allBits(Integer.MIN_VALUE));
      a.emit(VMULPS, shift, shift, inverse);
      a.emit(VCVTPS2DQ, shift, shift);
      a.emit(VPEXTRB, at(zero), shift.as(16), imm(0));
    }

    private void quantize(Vec x, Vec inverse, Vec shift, Vec spare, int disp) {
      a.emit(VMULPS, x, inverse, here(in, disp));
      a.emit(VCVTPS2DQ, x, x);
      a.emit(VPADDD, x, x, shift);
      simd.zero(spare);
      a.emit(VPMAXSD, x, x, spare);
      a.emit(VPMINSD, x, x, simd.allBits(g.grade.levels()));
      storeLowBytes(out, byteAt, disp, x, spare);
    }

    @Override
    void nextRow() {
      if (!g.given) {
        a.emit(ADD, scale, imm(Float.BYTES));
        a.emit(ADD, zero, imm(1));
      }
    }
  }
}
