package dev.vitrine.engine.gen;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Vec;

/** Copies the rows that an index picks, one behind the other. */
public record GatherRows(Width width) implements Generator {
  @Override
  public String name() {
    return "gather_" + width.text();
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends RowEmitter {
    private final GatherRows g;

    Body(GatherRows g, Abi abi) {
      super(g.width, abi, true);
      this.g = g;
    }

    Code emit() {
      frame.enter();
      eachRow(
          () ->
              pass(
                  "places",
                  (chain, disp, mask) -> {
                    Vec x = simd.vec(chain);
                    simd.load(x, here(in, disp), mask);
                    simd.store(here(out, disp), x, mask);
                  }));
      frame.leave();
      return a.finish(g.name());
    }
  }
}
