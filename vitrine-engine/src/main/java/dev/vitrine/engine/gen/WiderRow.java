package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Converts.VPMOVZXBW;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Integers.VPADDW;
import static dev.vitrine.engine.asm.Integers.VPMULLW;
import static dev.vitrine.engine.asm.Integers.VPOR;
import static dev.vitrine.engine.asm.Integers.VPSLLW;
import static dev.vitrine.engine.asm.Integers.VPSRLW;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VMOVDQU;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Vec;

/**
 * A row of bytes at twice its width, each ¾ of the nearer and ¼ of the next, as JPEG's colours are
 * brought to size. It makes whole blocks of twice {@link #BLOCK} bytes, and reads the byte before
 * the first and the one behind the last.
 *
 * @param down whether the row is itself ¾ of the nearer and ¼ of the farther of two rows
 */
public record WiderRow(boolean down) implements Generator {
  /** Bytes that are widened at once. */
  public static final int BLOCK = 16;

  /** The arguments, 8 bytes each. */
  public enum Arg {
    NEAR,
    /** The farther row; only where there are two. */
    FAR,
    OUT,
    BLOCKS
  }

  @Override
  public String name() {
    return down ? "wider_row_down" : "wider_row";
  }

  @Override
  public Width width() {
    return Width.AVX2;
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends Emitter {
    private final WiderRow g;
    private final Gpr near = frame.gpr();
    private final Gpr far = frame.gpr();
    private final Gpr out = frame.gpr();
    private final Gpr blocks = frame.gpr();
    private final Vec three = simd.vec(0);
    private final Vec spare = simd.vec(1);

    Body(WiderRow g, Abi abi) {
      super(Width.AVX2, abi);
      this.g = g;
    }

    Code emit() {
      Vec before = simd.vec(2);
      Vec here = simd.vec(3);
      Vec after = simd.vec(4);
      frame.enter();
      a.emit(MOV, near, arg(Arg.NEAR));
      a.emit(MOV, far, arg(Arg.FAR));
      a.emit(MOV, out, arg(Arg.OUT));
      a.emit(MOV, blocks, arg(Arg.BLOCKS));
      a.emit(VMOVDQU, three, words(3));
      times(
          blocks,
          "block",
          () -> {
            load(before, -1);
            load(here, 0);
            load(after, 1);
            a.emit(VPMULLW, here, here, three);
            sum(before, here, g.down ? 8 : 1);
            sum(after, here, g.down ? 7 : 2);
            a.emit(VPSLLW, after, after, imm(8));
            a.emit(VPOR, before, before, after);
            a.emit(VMOVDQU, at(out), before);
            a.emit(ADD, near, imm(BLOCK));
            a.emit(ADD, far, imm(BLOCK));
            a.emit(ADD, out, imm(2 * BLOCK));
          });
      frame.leave();
      return a.finish(g.name());
    }

    private Mem words(int value) {
      return simd.everywhere(value << 16 | value);
    }

    private void load(Vec v, int by) {
      a.emit(VPMOVZXBW, v, at(near, by));
      if (g.down) {
        a.emit(VPMULLW, v, v, three);
        a.emit(VPMOVZXBW, spare, at(far, by));
        a.emit(VPADDW, v, v, spare);
      }
    }

    private void sum(Vec v, Vec more, int round) {
      a.emit(VPADDW, v, v, more);
      a.emit(VPADDW, v, v, words(round));
      a.emit(VPSRLW, v, v, imm(g.down ? 4 : 2));
    }
  }
}
