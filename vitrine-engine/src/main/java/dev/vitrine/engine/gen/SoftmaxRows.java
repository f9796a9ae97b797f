package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VADDPS;
import static dev.vitrine.engine.asm.Floats.VDIVPS;
import static dev.vitrine.engine.asm.Floats.VMAXPS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.Floats.VSUBPS;
import static dev.vitrine.engine.asm.Moves.VMOVAPS;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Vec;

/**
 * Softmax over each row.
 *
 * @param base2 of powers of 2, else of e
 */
public record SoftmaxRows(Width width, boolean base2) implements Generator {
  /** Of powers of e. */
  public SoftmaxRows(Width width) {
    this(width, false);
  }

  @Override
  public String name() {
    return "softmax_" + width.text() + (base2 ? "_base2" : "");
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends RowEmitter {
    private final SoftmaxRows g;

    Body(SoftmaxRows g, Abi abi) {
      super(g.width, abi);
      this.g = g;
    }

    Code emit() {
      Vec[] chains = simd.vecs(0, CHAINS);
      Vec max = simd.vec(CHAINS);
      Vec x = simd.vec(CHAINS + 1);
      Vec n = simd.vec(CHAINS + 2);
      Vec p = simd.vec(CHAINS + 3);
      Vec least = simd.vec(CHAINS + 4);
      frame.enter();
      simd.set(least, Float.NEGATIVE_INFINITY);
      eachRow(
          () -> {
            for (Vec v : chains) {
              a.emit(VMOVAPS, v, least);
            }
            pass(
                "maximum",
                (chain, disp, mask) -> {
                  simd.loadOr(x, here(in, disp), mask, least);
                  a.emit(VMAXPS, chains[chain], chains[chain], x);
                });
            combine(VMAXPS, chains, x);
            a.emit(VMOVAPS, max, chains[0]);
            for (Vec v : chains) {
              simd.zero(v);
            }
            pass(
                "power",
                (chain, disp, mask) -> {
                  simd.load(x, here(in, disp), mask);
                  a.emit(VSUBPS, x, x, max);
                  if (g.base2) {
                    math.exp2(x, n, p);
                  } else {
                    math.exp(x, n, p);
                  }
                  simd.keep(x, mask);
                  simd.store(here(out, disp), x, mask);
                  a.emit(VADDPS, chains[chain], chains[chain], x);
                });
            combine(VADDPS, chains, x);
            simd.set(x, 1);
            a.emit(VDIVPS, max, x, chains[0]);
            pass(
                "divide",
                (_, disp, mask) -> {
                  simd.load(x, here(out, disp), mask);
                  a.emit(VMULPS, x, x, max);
                  simd.store(here(out, disp), x, mask);
                });
          });
      frame.leave();
      return a.finish(g.name());
    }
  }
}
