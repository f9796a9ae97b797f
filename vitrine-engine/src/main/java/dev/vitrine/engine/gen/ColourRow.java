package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Converts.VPACKSSDW;
import static dev.vitrine.engine.asm.Converts.VPACKUSWB;
import static dev.vitrine.engine.asm.Converts.VPMOVZXBD;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Integers.VPADDD;
import static dev.vitrine.engine.asm.Integers.VPMULLD;
import static dev.vitrine.engine.asm.Integers.VPSRAD;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VMOVDQU;
import static dev.vitrine.engine.asm.Shuffles.VEXTRACTI128;
import static dev.vitrine.engine.asm.Shuffles.VPSHUFB;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Vec;

/**
 * Rows of luminance and the two chrominances, bytes each, as pixels of red, green and blue: ITU-R
 * BT.601 with full range, in 16-bit fixed point. It reads and makes whole blocks of {@link #BLOCK}
 * pixels, and writes {@link #SLACK} bytes behind the last.
 */
public record ColourRow() implements Generator {
  /** Pixels that are made at once. */
  public static final int BLOCK = 8;

  public static final int SLACK = 4;

  private static final int BITS = 16;

  /** The arguments, 8 bytes each. */
  public enum Arg {
    Y,
    CB,
    CR,
    OUT,
    BLOCKS
  }

  @Override
  public String name() {
    return "colour_row";
  }

  @Override
  public Width width() {
    return Width.AVX2;
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(abi).emit(name());
  }

  private static final class Body extends Emitter {
    Body(Abi abi) {
      super(Width.AVX2, abi);
    }

    Code emit(String name) {
      Gpr[] rows = {frame.gpr(), frame.gpr(), frame.gpr()};
      Gpr out = frame.gpr();
      Gpr blocks = frame.gpr();
      Vec[] in = simd.vecs(0, 3);
      Vec red = simd.vec(3);
      Vec green = simd.vec(4);
      Vec blue = simd.vec(5);
      Vec spare = simd.vec(6);
      frame.enter();
      a.emit(MOV, rows[0], arg(Arg.Y));
      a.emit(MOV, rows[1], arg(Arg.CB));
      a.emit(MOV, rows[2], arg(Arg.CR));
      a.emit(MOV, out, arg(Arg.OUT));
      a.emit(MOV, blocks, arg(Arg.BLOCKS));
      times(
          blocks,
          "block",
          () -> {
            for (int i = 0; i < 3; i++) {
              a.emit(VPMOVZXBD, in[i], at(rows[i]));
              a.emit(ADD, rows[i], imm(BLOCK));
            }
            a.emit(VPADDD, in[1], in[1], simd.everywhere(-128));
            a.emit(VPADDD, in[2], in[2], simd.everywhere(-128));
            a.emit(VPMULLD, red, in[2], simd.everywhere(91881));
            a.emit(VPMULLD, green, in[1], simd.everywhere(-22554));
            a.emit(VPMULLD, spare, in[2], simd.everywhere(-46802));
            a.emit(VPADDD, green, green, spare);
            a.emit(VPMULLD, blue, in[1], simd.everywhere(116130));
            for (Vec v : new Vec[] {red, green, blue}) {
              a.emit(VPADDD, v, v, simd.everywhere(1 << (BITS - 1)));
              a.emit(VPSRAD, v, v, imm(BITS));
              a.emit(VPADDD, v, v, in[0]);
            }
            // Of either half: four reds, four greens, four blues, and these once more.
            a.emit(VPACKSSDW, red, red, green);
            a.emit(VPACKSSDW, blue, blue, blue);
            a.emit(VPACKUSWB, red, red, blue);
            a.emit(
                VPSHUFB,
                red,
                red,
                a.constant(
                    0x01080400, 0x06020905, 0x0b07030a, 0, 0x01080400, 0x06020905, 0x0b07030a, 0));
            a.emit(VMOVDQU, at(out), red.as(16));
            a.emit(VEXTRACTI128, red.as(16), red, imm(1));
            a.emit(VMOVDQU, at(out, 12), red.as(16));
            a.emit(ADD, out, imm(3 * BLOCK));
          });
      frame.leave();
      return a.finish(name);
    }
  }
}
