package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VFMADD231PS;
import static dev.vitrine.engine.asm.General.MOV;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Vec;

/**
 * Multiply-adds of registers alone, over and over: no kernel of that width can do more in the same
 * time.
 */
public record FmaLoop(Width width) implements Generator {
  /**
   * Sums that don't wait for each other: more than a core's units times the cycles that each takes.
   */
  private static final int SUMS = 12;

  /** The arguments, 8 bytes each. */
  public enum Arg {
    /** How often to go round. */
    PASSES
  }

  /** Floating-point operations of a pass. */
  public long flops() {
    return 2L * SUMS * width.lanes();
  }

  @Override
  public String name() {
    return "fma_loop_" + width.text();
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends Emitter {
    private final FmaLoop g;

    Body(FmaLoop g, Abi abi) {
      super(g.width, abi);
      this.g = g;
    }

    Code emit() {
      Vec x = simd.vec(SUMS);
      Gpr passes = frame.gpr();
      frame.enter();
      a.emit(MOV, passes, arg(Arg.PASSES));
      simd.set(x, 0.5f);
      Vec[] sums = simd.vecs(0, SUMS);
      for (Vec sum : sums) {
        simd.zero(sum);
      }
      times(
          passes,
          "pass",
          () -> {
            for (Vec sum : sums) {
              a.emit(VFMADD231PS, sum, x, x);
            }
          });
      frame.leave();
      return a.finish(g.name());
    }
  }
}
