package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VADDPS;
import static dev.vitrine.engine.asm.Floats.VDIVPS;
import static dev.vitrine.engine.asm.Floats.VFMADD231PS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.Floats.VSQRTPS;
import static dev.vitrine.engine.asm.Floats.VSUBPS;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.Moves.VBROADCASTSS;
import static dev.vitrine.engine.asm.Moves.VMOVAPS;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Vec;

/**
 * Each row minus its mean, divided by √(variance + epsilon), times a scale, plus a bias.
 *
 * @param picks whether input rows are picked by an index
 */
public record LayerNormRows(Width width, boolean picks, boolean scale, boolean bias)
    implements Generator {
  @Override
  public String name() {
    return "layer_norm_"
        + width.text()
        + (picks ? "_rows" : "")
        + (scale ? "_scale" : "")
        + (bias ? "_bias" : "");
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends RowEmitter {
    private final LayerNormRows g;
    private final Gpr scale;
    private final Gpr bias;

    Body(LayerNormRows g, Abi abi) {
      super(g.width, abi, g.picks);
      this.g = g;
      scale = frame.gpr();
      bias = frame.gpr();
    }

    Code emit() {
      frame.enter();
      a.emit(MOV, scale, arg(RowArg.SCALE));
      a.emit(MOV, bias, arg(RowArg.BIAS));
      Vec[] sums = simd.vecs(0, CHAINS);
      Vec mean = simd.vec(CHAINS);
      Vec inverse = simd.vec(CHAINS + 1);
      Vec x = simd.vec(CHAINS + 2);
      Vec spare = simd.vec(CHAINS + 3);
      eachRow(
          () -> {
            clear(sums);
            pass(
                "sum",
                (chain, disp, mask) -> {
                  simd.load(x, here(in, disp), mask);
                  a.emit(VADDPS, sums[chain], sums[chain], x);
                });
            average(sums, spare);
            a.emit(VMOVAPS, mean, sums[0]);
            clear(sums);
            pass(
                "variance",
                (chain, disp, mask) -> {
                  simd.load(x, here(in, disp), mask);
                  a.emit(VSUBPS, x, x, mean);
                  simd.keep(x, mask);
                  a.emit(VFMADD231PS, sums[chain], x, x);
                });
            average(sums, spare);
            a.emit(VADDPS, inverse, sums[0], simd.all(arg(RowArg.EPSILON), spare));
            a.emit(VSQRTPS, inverse, inverse);
            simd.set(x, 1);
            a.emit(VDIVPS, inverse, x, inverse);
            pass(
                "write",
                (_, disp, mask) -> {
                  simd.load(x, here(in, disp), mask);
                  a.emit(VSUBPS, x, x, mean);
                  a.emit(VMULPS, x, x, inverse);
                  if (g.scale) {
                    simd.apply(VMULPS, x, here(scale, disp), mask, spare);
                  }
                  if (g.bias) {
                    simd.apply(VADDPS, x, here(bias, disp), mask, spare);
                  }
                  simd.store(here(out, disp), x, mask);
                });
          });
      frame.leave();
      return a.finish(g.name());
    }

    private void clear(Vec[] sums) {
      for (Vec v : sums) {
        simd.zero(v);
      }
    }

    private void average(Vec[] sums, Vec spare) {
      combine(VADDPS, sums, spare);
      a.emit(VBROADCASTSS, spare, arg(RowArg.COUNT));
      a.emit(VDIVPS, sums[0], sums[0], spare);
    }
  }
}
