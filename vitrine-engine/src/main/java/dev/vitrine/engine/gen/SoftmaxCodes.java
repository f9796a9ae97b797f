package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Converts.VCVTDQ2PS;
import static dev.vitrine.engine.asm.Converts.VCVTPS2DQ;
import static dev.vitrine.engine.asm.Floats.VDIVPS;
import static dev.vitrine.engine.asm.Floats.VMAXPS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.Floats.VSUBPS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Integers.VPADDD;
import static dev.vitrine.engine.asm.Integers.VPSRLD;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VMOVAPS;
import static dev.vitrine.engine.asm.Moves.VMOVSS;

import dev.vitrine.compiler.fused.QuantizedAttention;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Vec;

/**
 * The weights of {@link QuantizedAttention} from rows of scores, which are whole vectors: of each
 * weight the high byte goes to {@link RowArg#OUT} and the low one to {@link RowArg#LOW}, whose rows
 * are as far apart. For each row {@link RowArg#SCALE} gets 256 divided by the weights' sum, and
 * {@link RowArg#BIAS} 1 divided by it.
 */
public record SoftmaxCodes(Width width) implements Generator {
  @Override
  public String name() {
    return "softmax_codes_" + width.text();
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends RowEmitter {
    private final SoftmaxCodes g;
    private final Gpr low;
    private final Gpr highScale;
    private final Gpr lowScale;
    private final Gpr byteAt;

    Body(SoftmaxCodes g, Abi abi) {
      super(g.width, abi);
      this.g = g;
      low = frame.gpr();
      highScale = frame.gpr();
      lowScale = frame.gpr();
      byteAt = frame.gpr();
    }

    Code emit() {
      frame.enter();
      a.emit(MOV, low, arg(RowArg.LOW));
      a.emit(MOV, highScale, arg(RowArg.SCALE));
      a.emit(MOV, lowScale, arg(RowArg.BIAS));
      Vec[] chains = simd.vecs(0, CHAINS);
      Vec max = simd.vec(CHAINS);
      Vec x = simd.vec(CHAINS + 1);
      Vec n = simd.vec(CHAINS + 2);
      Vec p = simd.vec(CHAINS + 3);
      Vec least = simd.vec(CHAINS + 4);
      Vec whole = simd.vec(CHAINS + 5);
      simd.set(least, -Float.MAX_VALUE);
      simd.set(whole, QuantizedAttention.WHOLE);
      eachRow(
          () -> {
            for (Vec v : chains) {
              a.emit(VMOVAPS, v, least);
            }
            wholes(
                "maximum",
                (chain, disp) -> a.emit(VMAXPS, chains[chain], chains[chain], here(in, disp)));
            combine(VMAXPS, chains, x);
            a.emit(VMOVAPS, max, chains[0]);
            for (Vec v : chains) {
              simd.zero(v);
            }
            wholes(
                "weights",
                (chain, disp) -> {
                  simd.load(x, here(in, disp));
                  a.emit(VSUBPS, x, x, max);
                  math.exp2(x, n, p);
                  a.emit(VMULPS, x, x, whole);
                  a.emit(VCVTPS2DQ, x, x);
                  a.emit(VPADDD, chains[chain], chains[chain], x);
                  a.emit(VPSRLD, n, x, imm(Byte.SIZE));
                  storeLowBytes(out, byteAt, disp, n, p);
                  storeLowBytes(low, byteAt, disp, x, p);
                });
            combine(VPADDD, chains, x);
            a.emit(VCVTDQ2PS, chains[0], chains[0]);
            simd.set(x, 1);
            a.emit(VDIVPS, x, x, chains[0]);
            a.emit(VMOVSS, at(lowScale), x.as(16));
            a.emit(VMULPS, x, x, simd.all(256f));
            a.emit(VMOVSS, at(highScale), x.as(16));
          });
      frame.leave();
      return a.finish(g.name());
    }

    @Override
    void nextRow() {
      a.emit(ADD, low, arg(RowArg.OUT_STRIDE));
      a.emit(ADD, highScale, imm(Float.BYTES));
      a.emit(ADD, lowScale, imm(Float.BYTES));
    }
  }
}
