package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Converts.VCVTPS2DQ;
import static dev.vitrine.engine.asm.Floats.VANDPS;
import static dev.vitrine.engine.asm.Floats.VDIVPS;
import static dev.vitrine.engine.asm.Floats.VMAXPS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.Floats.VSUBPS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Integers.VPADDD;
import static dev.vitrine.engine.asm.Integers.VPSLLD;
import static dev.vitrine.engine.asm.Integers.VPSUBD;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VMOVSS;

import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.fused.QuantizeRows;
import dev.vitrine.compiler.fused.QuantizedAttention;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Mask;
import dev.vitrine.engine.asm.Vec;
import java.util.Locale;

/**
 * Rows of whole vectors as signed bytes, as {@link QuantizedAttention#signed} says. The bytes go to
 * {@link RowArg#OUT}; for each row {@link RowArg#SCALE} gets the scale times the factor in {@link
 * RowArg#EPSILON}.
 */
public record SignedRows(Width width, Kind kind) implements Generator {
  /** What the rows are. */
  public enum Kind {
    /** Bytes are codes plus {@link QuantizedAttention#QUERY_ZERO}. */
    QUERIES,
    /**
     * Numbers for each column at {@link RowArg#BIAS} are taken away first. For each row {@link
     * RowArg#ZERO} gets, in 4 bytes, what its product with queries' bytes has to have added: the
     * sum of codes times −{@link QuantizedAttention#QUERY_ZERO}.
     */
    KEYS,
    VALUES
  }

  @Override
  public String name() {
    return "signed_" + kind.name().toLowerCase(Locale.ROOT) + "_" + width.text();
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends RowEmitter {
    private final SignedRows g;
    private final Gpr scale;
    private final Gpr sum;
    private final Gpr shift;
    private final Gpr byteAt;

    Body(SignedRows g, Abi abi) {
      super(g.width, abi);
      this.g = g;
      scale = frame.gpr();
      sum = frame.gpr();
      shift = frame.gpr();
      byteAt = frame.gpr();
    }

    Code emit() {
      frame.enter();
      a.emit(MOV, scale, arg(RowArg.SCALE));
      a.emit(MOV, sum, arg(RowArg.ZERO));
      a.emit(MOV, shift, arg(RowArg.BIAS));
      Vec[] chains = simd.vecs(0, CHAINS);
      Vec inverse = simd.vec(CHAINS);
      Vec most = simd.vec(CHAINS + 1);
      Vec x = simd.vec(CHAINS + 2);
      Vec spare = simd.vec(CHAINS + 3);
      Vec levels = simd.vec(CHAINS + 4);
      simd.set(levels, Grade.W8A8.weight());
      eachRow(
          () -> {
            clear(chains);
            wholes(
                "range",
                (chain, disp) -> {
                  load(x, disp);
                  a.emit(VANDPS, x, x, simd.allBits(Integer.MAX_VALUE));
                  a.emit(VMAXPS, chains[chain], chains[chain], x);
                });
            combine(VMAXPS, chains, spare);
            a.emit(VDIVPS, most, chains[0], levels);
            a.emit(VDIVPS, inverse, levels, chains[0]);
            simd.keep(most, chains[0], Simd.GREATER, QuantizeRows.TINY, Mask.k(1), spare);
            simd.keep(inverse, chains[0], Simd.GREATER, QuantizeRows.TINY, Mask.k(1), spare);
            a.emit(VMULPS, most, most, simd.all(arg(RowArg.EPSILON), spare));
            a.emit(VMOVSS, at(scale), most.as(16));
            if (g.kind == Kind.KEYS) {
              clear(chains);
            }
            wholes(
                "quantize",
                (chain, disp) -> {
                  load(x, disp);
                  a.emit(VMULPS, x, x, inverse);
                  a.emit(VCVTPS2DQ, x, x);
                  if (g.kind == Kind.KEYS) {
                    a.emit(VPSUBD, chains[chain], chains[chain], x);
                  } else if (g.kind == Kind.QUERIES) {
                    a.emit(VPADDD, x, x, simd.allBits(QuantizedAttention.QUERY_ZERO));
                  }
                  storeLowBytes(out, byteAt, disp, x, spare);
                });
            if (g.kind == Kind.KEYS) {
              combine(VPADDD, chains, spare);
              int shift = Integer.numberOfTrailingZeros(QuantizedAttention.QUERY_ZERO);
              a.emit(VPSLLD, chains[0], chains[0], imm(shift));
              a.emit(VMOVSS, at(sum), chains[0].as(16));
            }
          });
      frame.leave();
      return a.finish(g.name());
    }

    private void clear(Vec[] chains) {
      for (Vec v : chains) {
        simd.zero(v);
      }
    }

    private void load(Vec x, int disp) {
      simd.load(x, here(in, disp));
      if (g.kind == Kind.KEYS) {
        a.emit(VSUBPS, x, x, here(shift, disp));
      }
    }

    @Override
    void nextRow() {
      a.emit(ADD, scale, imm(Float.BYTES));
      a.emit(ADD, sum, imm(Integer.BYTES));
    }
  }
}
